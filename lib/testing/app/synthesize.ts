import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { DEFAULT_REGION } from "../../local/index.ts";
import { TestAppError } from "./errors.ts";
import type { ConstructLike, DeploySource } from "./options.ts";

/** A cloud assembly, and how to remove it if it was made for the test. */
export interface SynthesizedAssembly {
  readonly directory: string;
  remove(): Promise<void>;
}

/** An app that fails may print a lot; the end tells why. */
const MAX_OUTPUT_CHARACTERS = 20_000;

/** Makes the cloud assembly of whatever was given. @throws TestAppError `SynthesisFailed` */
export async function assemblyOf(source: DeploySource): Promise<SynthesizedAssembly> {
  if ("assembly" in source) return { directory: resolve(source.assembly), remove: async () => {} };
  if ("stack" in source) return { directory: synthesizeStack(source.stack), remove: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), "fanfare-test-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await runApp(source.app, resolve(source.directory ?? "."), directory);
    return { directory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The library does not import the CDK, so that tests of apps without it can use the rest. */
function synthesizeStack(stack: ConstructLike): string {
  const { root } = stack.node;
  const assembly: unknown = "synth" in root && typeof root.synth === "function" ? root.synth() : undefined;
  if (typeof assembly === "object" && assembly !== null && "directory" in assembly) return String(assembly.directory);
  throw new TestAppError("SynthesisFailed", "the stack does not belong to an App", {
    remedy: "give deploy a stack whose root is an App: new ShopStack(new App(), ...)",
  });
}

/** Runs the app as the CDK's own command does: context and output folder through the environment. */
async function runApp(command: string | undefined, directory: string, output: string): Promise<void> {
  const settings = readJson(join(directory, "cdk.json"));
  const app = command ?? settings.app;
  if (typeof app !== "string" || app === "") {
    throw new TestAppError("SynthesisFailed", `${join(directory, "cdk.json")} names no app`, {
      remedy: 'give deploy one: { app: "node infra/app.ts" }, { assembly: "cdk.out" } or { stack }',
    });
  }
  const context = { ...readJson(join(directory, "cdk.context.json")), ...objectOf(settings.context) };
  const child = spawn(app, {
    cwd: directory,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [join(directory, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(delimiter),
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, "aws:cdk:enable-path-metadata": true }),
      CDK_DEFAULT_REGION: process.env.CDK_DEFAULT_REGION ?? DEFAULT_REGION,
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      printed = (printed + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  const code = await new Promise<number | null>((done, failed) => {
    child.once("close", done);
    child.once("error", failed);
  });
  if (code !== 0 || !existsSync(join(output, "manifest.json"))) {
    const what = code === 0 ? "wrote no cloud assembly to CDK_OUTDIR" : `ended with exit code ${code}`;
    throw new TestAppError("SynthesisFailed", `the app "${app}" ${what}:\n${printed.trimEnd()}`);
  }
}

function readJson(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    return objectOf(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new TestAppError("SynthesisFailed", `${path} is not valid JSON`, { cause });
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
