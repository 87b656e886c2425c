import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { CdkProject } from "./cdk-project.ts";

/** Context that the CDK's own command adds: construct paths are in the template then, and every stack is bundled. */
const CLI_CONTEXT = {
  "aws:cdk:enable-path-metadata": true,
  "aws:cdk:enable-asset-metadata": true,
  "aws:cdk:version-reporting": false,
  "aws:cdk:bundling-stacks": ["**"],
};

/** An app that fails may print a lot; the end tells why. */
const MAX_OUTPUT_CHARACTERS = 20_000;

/**
 * Runs the app in a process of its own, with the environment that the CDK's command gives it, and waits for the assembly.
 *
 * @param place where stacks without an environment of their own go: `CDK_DEFAULT_REGION` and `CDK_DEFAULT_ACCOUNT`.
 * @throws CliError with what the app printed, when it fails or `signal` ends it.
 */
export async function synthesize(
  project: CdkProject,
  place: { region: string; accountId: string },
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(project.app, {
    cwd: project.directory,
    shell: true,
    // A group of its own, so that the shell's children end with it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // As in an npm script: the project's own tools first, then the Node.js that runs this.
      PATH: [join(project.directory, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(
        delimiter,
      ),
      CDK_OUTDIR: project.output,
      CDK_CONTEXT_JSON: JSON.stringify({ ...project.context, ...CLI_CONTEXT }),
      CDK_DEFAULT_REGION: place.region,
      CDK_DEFAULT_ACCOUNT: place.accountId,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) {
      try {
        process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) {
    kill();
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("close", resolve);
      child.once("error", reject);
    });
    if (code !== 0) {
      throw new CliError(`the app failed (${project.app}, exit code ${code}):\n${output.trimEnd()}`);
    }
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
