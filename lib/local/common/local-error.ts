/** Codes of the errors that the local runtime itself raises. Branch on the code, not on the class. */
export type LocalErrorCode =
  /** The app of the CDK cannot be run: it fails, no command is known, or `cdk.json` is not JSON. */
  | "SynthesisFailed"
  /** The cloud assembly cannot be read: no manifest, no template, broken JSON. */
  | "AssemblyInvalid"
  /** The template has something that CloudFormation would refuse as well: an unknown Ref, a cycle, a wrong type. */
  | "TemplateInvalid"
  /** The template uses something that the local runtime does not know. */
  | "TemplateUnsupported"
  /** A service refused to create or update what the template declares. */
  | "DeployFailed"
  /** An event source mapping that Lambda would refuse to create. */
  | "MappingInvalid"
  /** There is no such function, resource or construct path. */
  | "NotFound"
  /** A function cannot be run or was called wrongly: payload too large, unsupported runtime. */
  | "InvokeRefused"
  /** An emulator did not start or did not respond in time. */
  | "EmulatorFailed"
  /** The data folder belongs to a process that runs. */
  | "DataInUse"
  /** What the data folder holds cannot be read. */
  | "DataInvalid"
  /** A call could not be recorded in the data folder. */
  | "DataNotWritten"
  /** `whenQuiet` reached its deadline while messages were waiting. */
  | "NotQuiet"
  /** The services that are used cannot do this: only the embedded ones can. */
  | "Unsupported"
  /** The runtime has been closed. */
  | "Closed";

/** An error of the local runtime. Its message ends with the remedy, where there is one. */
export class LocalError extends Error {
  readonly code: LocalErrorCode;
  readonly remedy: string | undefined;

  constructor(code: LocalErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(options.remedy === undefined ? message : `${message} (${options.remedy})`, { cause: options.cause });
    this.name = code;
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** The text of anything thrown, for messages that quote it. AWS errors carry their code as `name`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.name === "Error" || error instanceof LocalError ? error.message : `${error.name}: ${error.message}`;
}
