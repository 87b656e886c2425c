import { join } from "node:path";
import { runCommand, tail } from "../emulators/command.ts";
import { STACK_ID } from "./assembly.ts";
import { type JsonObject, objectOf, readJson } from "./json.ts";

/** Where the CDK CLI works. */
export interface CdkPlace {
  readonly region: string;
  /** An emulator; undefined for AWS, with the credentials of this process's environment. */
  readonly emulator: { readonly endpoint: string; readonly accountId: string } | undefined;
  /** The CLI remembers accounts by key in its home, so every emulator has its own. */
  readonly home: string;
  readonly stackName: string;
}

const APP = "node --conditions=@fanfare/source test/localstack/app/app.ts";

/** Milliseconds for one command; deploying to AWS takes two to three minutes. */
const TIMEOUT_MS = 15 * 60_000;

/** Runs the CDK CLI of this repository. @throws Error with the end of what it wrote, when it fails */
async function cdk(place: CdkPlace, args: readonly string[]): Promise<void> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    CDK_HOME: place.home,
    FANFARE_TRIAL_STACK_NAME: place.stackName,
    ...(place.emulator === undefined ? {} : emulatorEnvironment(place.emulator, place.region)),
  };
  const cli = join("node_modules", "aws-cdk", "bin", "cdk");
  const common = ["--no-color", "--no-notices", "--ci"];
  const { code, output } = await runCommand(process.execPath, [cli, ...args, ...common], {
    env,
    timeoutMs: TIMEOUT_MS,
  });
  if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code ?? "no code"}:\n${tail(output, 30)}`);
}

function emulatorEnvironment({ endpoint, accountId }: { endpoint: string; accountId: string }, region: string) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    CDK_DEFAULT_ACCOUNT: accountId,
    CDK_DEFAULT_REGION: region,
  };
}

/** Synthesises the suite's app into a folder. */
export async function synthesise(place: CdkPlace, folder: string): Promise<void> {
  await cdk(place, ["synth", "--quiet", "--app", APP, "--output", folder]);
}

/** Makes the toolkit stack with the bucket of assets. */
export async function bootstrap(place: CdkPlace, accountId: string): Promise<void> {
  await cdk(place, ["bootstrap", `aws://${accountId}/${place.region}`]);
}

/** Deploys an assembly and gives the stack's outputs. */
export async function deployStack(place: CdkPlace, assembly: string): Promise<Readonly<Record<string, string>>> {
  const file = join(place.home, "outputs.json");
  await cdk(place, ["deploy", STACK_ID, "--app", assembly, "--require-approval", "never", "--outputs-file", file]);
  return texts(objectOf(readJson(file)[place.stackName]));
}

/** Deletes the stack. */
export async function destroyStack(place: CdkPlace, assembly: string): Promise<void> {
  await cdk(place, ["destroy", STACK_ID, "--app", assembly, "--force"]);
}

function texts(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]));
}
