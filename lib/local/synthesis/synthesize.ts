import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { COMPILE_CACHE, killGroup, LocalError } from "../common/index.ts";
import { bundleCache } from "./bundle-cache.ts";
import type { CdkProject } from "./cdk-project.ts";
import type { SynthesisRecord } from "./synthesis-record.ts";
import { containerProgram, searchPath } from "./tools.ts";

/** Context that the CDK's own command adds: construct paths are in the template then, and every stack is bundled. */
const CLI_CONTEXT = {
  "aws:cdk:enable-path-metadata": true,
  "aws:cdk:enable-asset-metadata": true,
  "aws:cdk:version-reporting": false,
  "aws:cdk:bundling-stacks": ["**"],
};

/**
 * What makes a synthesis quick, unless the user's own environment says otherwise. The CDK checks templates against the rules of
 * CloudFormation, which takes longer than all the rest; `cdk synth` and `cdk deploy` do so.
 */
const QUICK = {
  CDK_VALIDATION: process.env.CDK_VALIDATION ?? "false",
  NODE_COMPILE_CACHE: COMPILE_CACHE,
};

/** An app that fails may print a lot; the end says why. */
const MAX_OUTPUT_CHARACTERS = 20_000;

/** Options of {@link synthesize}. */
export interface SynthesisOptions {
  /** Environment variables of the app besides this process's own, for instance `CDK_DEFAULT_REGION`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Is told what the assembly is made of. */
  readonly record?: SynthesisRecord | undefined;
  /** Ends the app and what it started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs an app of the CDK in a process of its own, as the CDK's command does, and waits until it has written the cloud assembly
 * to `project.output`.
 *
 * @throws LocalError `SynthesisFailed` with what the app printed, when it fails, writes no assembly or is ended by `signal`
 */
export async function synthesize(
  { app, directory, output, context }: Pick<CdkProject, "app" | "directory" | "output" | "context">,
  { environment, record, signal }: SynthesisOptions = {},
): Promise<void> {
  const recording = await record?.begin();
  const program = containerProgram();
  const child = spawn(commandOf(app, directory), {
    cwd: directory,
    shell: true,
    // A process group of its own, so that the shell's children end with it.
    detached: signal !== undefined && process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: searchPath(directory),
      ...(program === undefined ? {} : { CDK_DOCKER: program }),
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CLI_CONTEXT }),
      ...QUICK,
      ...bundleCache(directory),
      ...recording,
      ...environment,
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      printed = (printed + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) {
      killGroup(child.pid);
    }
  };
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted) {
    kill();
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  }).finally(() => signal?.removeEventListener("abort", kill));
  if (code !== 0 || !existsSync(join(output, "manifest.json"))) {
    const what = code === 0 ? "wrote no cloud assembly to CDK_OUTDIR" : `ended with exit code ${code}`;
    throw new LocalError("SynthesisFailed", `the app "${app}" ${what}:\n${printed.trimEnd()}`);
  }
  record?.end();
}

/** As the CDK's command does: an app that is only the name of a JavaScript file is run with Node.js. */
function commandOf(app: string, directory: string): string {
  return /\.[cm]?js$/.test(app) && existsSync(join(directory, app)) ? `node "${app}"` : app;
}
