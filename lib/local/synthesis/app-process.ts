import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { COMPILE_CACHE, killGroup, LocalError, ownScript } from "../common/index.ts";
import { bundleCache } from "./bundle-cache.ts";
import type { CdkProject } from "./cdk-project.ts";
import { STANDBY } from "./standby-protocol.ts";
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

/** How an app is run. */
export type AppCommand = Pick<CdkProject, "app" | "directory" | "output" | "context">;

/** Options of {@link AppProcess.start}. */
export interface AppProcessOptions {
  /** Environment variables besides this process's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether {@link AppProcess.kill} will be called: it ends what the app has started, too. */
  readonly killable: boolean;
  /** Whether the process waits for {@link AppProcess.release} before it runs the app. */
  readonly waits?: boolean;
}

/** The process of an app of the CDK that is synthesised. */
export class AppProcess {
  readonly #command: AppCommand;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  #printed = "";

  private constructor(command: AppCommand, child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#command = command;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        this.#printed = (this.#printed + chunk).slice(-MAX_OUTPUT_CHARACTERS);
      });
    }
    // An app that ends early reads nothing.
    child.stdin.on("error", () => {});
    this.#ended = new Promise((resolve, reject) => {
      child.once("close", resolve);
      child.once("error", reject);
    });
    this.#ended.catch(() => {});
  }

  /** Starts the app, as the CDK's command does. */
  static start(command: AppCommand, { environment, killable, waits = false }: AppProcessOptions): AppProcess {
    const { app, directory, output, context } = command;
    const program = containerProgram();
    const child = spawn(commandOf(app, directory), {
      cwd: directory,
      shell: true,
      // A process group of its own, so that the shell's children end with it.
      detached: killable && process.platform !== "win32",
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: searchPath(directory),
        ...(program === undefined ? {} : { CDK_DOCKER: program }),
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: contextOf(context),
        ...QUICK,
        ...bundleCache(directory),
        ...environment,
        ...(waits ? { [STANDBY]: "1", NODE_OPTIONS: `${environment.NODE_OPTIONS ?? ""} ${waiting()}`.trim() } : {}),
      },
    });
    const started = new AppProcess(command, child);
    if (!waits) {
      child.stdin.end();
    }
    return started;
  }

  /** Lets a process that waits run the app with this context. */
  release(context: CdkProject["context"]): void {
    this.#child.stdin.end(`${JSON.stringify({ CDK_CONTEXT_JSON: contextOf(context) })}\n`);
  }

  /** Waits for the end. Returns the exit code. */
  async ended(): Promise<number | null> {
    return await this.#ended;
  }

  /**
   * Waits for the end.
   *
   * @throws LocalError `SynthesisFailed` with what the app printed, if it has failed or written no assembly
   */
  async assembled(): Promise<void> {
    const { app, output } = this.#command;
    const code = await this.#ended;
    if (code !== 0 || !existsSync(join(output, "manifest.json"))) {
      const what = code === 0 ? "wrote no cloud assembly to CDK_OUTDIR" : `ended with exit code ${code}`;
      throw new LocalError("SynthesisFailed", `the app "${app}" ${what}:\n${this.#printed.trimEnd()}`);
    }
  }

  kill(): void {
    const { pid, exitCode } = this.#child;
    if (pid !== undefined && exitCode === null) {
      killGroup(pid);
    }
  }
}

function contextOf(context: CdkProject["context"]): string {
  return JSON.stringify({ ...context, ...CLI_CONTEXT });
}

/** The option of Node.js that makes a process wait. */
function waiting(): string {
  return `--import=${pathToFileURL(ownScript(import.meta.url, "standby-main")).href}`;
}

/** As the CDK's command does: an app that is only the name of a JavaScript file is run with Node.js. */
function commandOf(app: string, directory: string): string {
  return /\.[cm]?js$/.test(app) && existsSync(join(directory, app)) ? `node "${app}"` : app;
}
