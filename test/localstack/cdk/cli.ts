import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand, tail } from "../emulators/command.ts";
import { type JsonObject, objectOf, readJson } from "./json.ts";

/** Where the CDK CLI works. */
export interface CdkPlace {
  readonly region: string;
  /** An emulator; undefined for AWS, with the credentials of this process's environment. */
  readonly emulator: { readonly endpoint: string; readonly accountId: string } | undefined;
  /** The CLI remembers accounts by key in its home, so every emulator has its own. */
  readonly home: string;
}

/** What is synthesised: the app that `cdk.json` names, unless another is given. */
export interface CdkApp {
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** By stack name, then by output name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Stacks that the CDK CLI deploys at a time. */
const CONCURRENCY = "3";

/** Milliseconds for one command; deploying to AWS takes two to three minutes. */
const TIMEOUT_MS = 15 * 60_000;

/** Runs the CDK CLI of this repository. @throws Error with the end of what it wrote, when it fails */
async function cdk(place: CdkPlace, args: readonly string[], more: CdkApp["env"] = {}): Promise<void> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    CDK_HOME: place.home,
    ...more,
    ...(place.emulator === undefined ? {} : emulatorEnvironment(place.emulator, place.region)),
  };
  const cli = join("node_modules", "aws-cdk", "bin", "cdk");
  const common = ["--no-color", "--no-notices", "--ci"];
  const { code, output } = await runCommand(process.execPath, [cli, ...args, ...common], {
    env,
    timeoutMs: TIMEOUT_MS,
  });
  if (code !== 0) {
    throw new Error(`cdk ${args[0]} ended with ${code ?? "no code"}:\n${tail(output, 30)}`);
  }
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

/** Synthesises an app into a folder. */
export async function synthesise(place: CdkPlace, { command, env }: CdkApp, folder: string): Promise<void> {
  const app = command === undefined ? [] : ["--app", command];
  await cdk(place, ["synth", "--quiet", ...app, "--output", folder], env);
}

/** Makes the toolkit stack with the bucket of assets. Without an assembly the CLI would synthesise what `cdk.json` names. */
export async function bootstrap(place: CdkPlace, accountId: string, assembly: string): Promise<void> {
  await cdk(place, ["bootstrap", `aws://${accountId}/${place.region}`, "--app", assembly]);
}

/** Deploys all stacks of an assembly and gives their outputs. */
export async function deployStacks(place: CdkPlace, assembly: string): Promise<StackOutputs> {
  const file = join(place.home, "outputs.json");
  const options = ["--require-approval", "never", "--concurrency", CONCURRENCY, "--outputs-file", file];
  rmSync(file, { force: true });
  await cdk(place, ["deploy", "--all", "--app", assembly, ...options]);
  // Stacks without outputs are not in the file, and without any there is none.
  const outputs = existsSync(file) ? Object.entries(readJson(file)) : [];
  return Object.fromEntries(outputs.map(([stack, values]) => [stack, texts(objectOf(values))]));
}

/** Deletes all stacks of an assembly. */
export async function destroyStacks(place: CdkPlace, assembly: string): Promise<void> {
  await cdk(place, ["destroy", "--all", "--app", assembly, "--force"]);
}

function texts(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]));
}
