/** A function as the template declares it, with everything resolved. */
export interface FunctionConfiguration {
  /** The physical name. */
  readonly functionName: string;
  readonly functionArn: string;
  readonly region: string;
  readonly accountId: string;
  /** For example `nodejs24.x`. Undefined for container images. */
  readonly runtime: string | undefined;
  /** `file.export`, for example `index.handler`. */
  readonly handler: string;
  /** The directory with the bundle. Undefined when the code cannot be found on this machine. */
  readonly codeDirectory: string | undefined;
  /** Folders of layers, in the order of the template. */
  readonly layerDirectories: readonly string[];
  /** Variables of the template, resolved. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** At most so many invocations at a time, where the template reserves concurrency. */
  readonly reservedConcurrency: number | undefined;
  /** Queue or topic of `DeadLetterConfig`, for asynchronous invocations that failed. */
  readonly deadLetterTargetArn: string | undefined;
  readonly logGroupName: string;
  /** `Text` or `JSON`. */
  readonly logFormat: string;
}

/** Whether the function can run here: Node.js only. */
export function isRunnable(configuration: FunctionConfiguration): boolean {
  return configuration.runtime?.startsWith("nodejs") === true && configuration.codeDirectory !== undefined;
}

/** Where the handlers' SDK clients find the emulators. */
export interface FunctionEndpoints {
  readonly endpoint: string;
  readonly dynamoDbEndpoint: string;
}
