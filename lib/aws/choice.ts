import { FanfareError } from "../errors/index.ts";
import { ENVIRONMENT, SDK_VARIABLES } from "../names/index.ts";
import { configuredEndpoint, isRegion, type LeanServiceId } from "./endpoint.ts";

/**
 * Which client calls DynamoDB and, for visibility timeouts, dead letters and deletions, SQS: Fanfare's own, or that of the AWS SDK.
 * Both have the same results; `lean` starts in a fraction of the time.
 */
export type AwsClient = "lean" | "sdk";

/** What decides on the client. */
export interface ChoiceOptions {
  /** The user's own client, which is used in any case. */
  readonly client: unknown;
  /** @default `FANFARE_AWS_CLIENT`, else `lean` where nothing speaks against it */
  readonly awsClient?: AwsClient | undefined;
  /** Called with the choice, once. */
  readonly logger?: DebugLogger | undefined;
}

/** The part of a logger that the choice needs. */
export interface DebugLogger {
  debug(message: string, fields: Record<string, unknown>): void;
}

/** Chooses the client of a service, and says so at debug level. @throws FanfareError `ConfigurationInvalid` */
export function chosenClient(service: LeanServiceId, region: string | undefined, options: ChoiceOptions): AwsClient {
  const { client, reason } = choice(service, region, options);
  options.logger?.debug("AWS client chosen", { service, client, reason });
  return client;
}

function choice(
  service: LeanServiceId,
  region: string | undefined,
  options: ChoiceOptions,
): { readonly client: AwsClient; readonly reason: string } {
  if (options.client !== undefined) {
    return { client: "sdk", reason: "a client is given" };
  }
  const field = options.awsClient === undefined ? ENVIRONMENT.awsClient : "awsClient";
  const wanted: string = (options.awsClient ?? process.env[ENVIRONMENT.awsClient]) || "";
  if (wanted === "lean" || wanted === "sdk") {
    return { client: wanted, reason: `${field} is ${wanted}` };
  }
  if (wanted !== "") {
    throw new FanfareError("ConfigurationInvalid", `${field} is "${wanted}"`, {
      field,
      remedy: "choose lean or sdk, or leave it out",
    });
  }
  const obstacle = obstacleTo(service, region);
  return obstacle === undefined
    ? { client: "lean", reason: "keys and Region are in the environment" }
    : { client: "sdk", reason: obstacle };
}

/** What the lean client does not do and the environment asks for. */
function obstacleTo(service: LeanServiceId, region: string | undefined): string | undefined {
  const { env } = process;
  if (!env.AWS_ACCESS_KEY_ID || !env.AWS_SECRET_ACCESS_KEY) {
    return "there are no keys in the environment";
  }
  const endpoint = configuredEndpoint(service);
  if (!isRegion(region ?? env.AWS_REGION ?? "") || (endpoint !== undefined && !isPlain(endpoint))) {
    return "there is no Region in the environment, or its endpoint is not known";
  }
  const variable = SDK_VARIABLES.find((name) => isSet(env[name]));
  if (variable !== undefined) {
    return `${variable} is set`;
  }
  if (service === "dynamodb" && endpoint === undefined && asksForAccountEndpoint()) {
    return "AWS_ACCOUNT_ID asks for the endpoint of the account";
  }
  const file = sharedFiles().find(hasContent);
  return file === undefined ? undefined : `${file} may have more to say`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value.toLowerCase() !== "false";
}

/** An endpoint without user, query or another protocol. */
function isPlain(endpoint: string): boolean {
  return /^https?:\/\/[^@?#]+$/.test(endpoint) && URL.canParse(endpoint);
}

function asksForAccountEndpoint(): boolean {
  const { AWS_ACCOUNT_ID, AWS_ACCOUNT_ID_ENDPOINT_MODE: mode } = process.env;
  return mode === "required" || (isSet(AWS_ACCOUNT_ID) && mode !== "disabled");
}

/** Whether a file may say something: an empty one does not, nor does `/dev/null`, with which the files are switched off. */
function hasContent(path: string): boolean {
  // Not imported: `import` reads all exports of a module, which costs a start milliseconds.
  const { statSync } = process.getBuiltinModule("node:fs");
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  } catch {
    // It is there, and may not be looked at. The SDK says what that means.
    return true;
  }
}

/** The configuration files of the SDKs. Lambda has none. */
function sharedFiles(): readonly string[] {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const { join } = process.getBuiltinModule("node:path");
  const folder = join(process.getBuiltinModule("node:os").homedir(), ".aws");
  return [AWS_CONFIG_FILE || join(folder, "config"), AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials")];
}
