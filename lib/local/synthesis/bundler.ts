import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { RebuildResult } from "../../names/index.ts";
import { describeError, LocalError } from "../common/index.ts";
import { bundleCache } from "./bundle-cache.ts";

/** A bundle to make: see `lib/names/local-synthesis.ts`. */
export type RebuildJob = Readonly<Record<string, unknown>>;

/** How much of what the program prints about its failure is kept. */
const MAX_PROBLEM_CHARACTERS = 20_000;

/** The program that the synthesis named, and one that waits: to start it takes longer than most bundles. */
export class Bundler {
  readonly #program: string;
  readonly #directory: string;
  #process: BundlerProcess | undefined;

  /** @param directory folder of the project, in which the app ran too */
  constructor(program: string, directory: string) {
    this.#program = program;
    this.#directory = directory;
  }

  get program(): string {
    return this.#program;
  }

  /** Starts the program, so that the first bundle does not wait for that. */
  warmUp(): void {
    this.#running();
  }

  /**
   * Makes bundles again, as the synthesis did.
   *
   * @returns the sources of each bundle
   * @throws LocalError `SynthesisFailed` with the places of the mistakes
   */
  async rebuild(jobs: readonly RebuildJob[]): Promise<readonly (readonly string[])[]> {
    return sourcesOf(jobs, await this.#running().run(jobs));
  }

  close(): void {
    this.#process?.close();
    this.#process = undefined;
  }

  #running(): BundlerProcess {
    if (this.#process === undefined || this.#process.hasEnded) {
      this.#process = new BundlerProcess(this.#program, this.#directory);
    }
    return this.#process;
  }
}

/** One run of the program: a line of jobs in, a line of results out. It ends when its input does, so also when this process dies. */
class BundlerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<void>;
  #problems = "";
  hasEnded = false;

  constructor(program: string, directory: string) {
    this.#child = spawn(process.execPath, [program, "--serve"], {
      cwd: directory,
      env: { ...process.env, ...bundleCache(directory) },
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#child.stderr.setEncoding("utf8");
    this.#child.stderr.on("data", (text: string) => {
      this.#problems = (this.#problems + text).slice(-MAX_PROBLEM_CHARACTERS);
    });
    // A program that ends early reads nothing; what it printed says why.
    this.#child.stdin.on("error", () => {});
    this.#ended = new Promise((resolve) => {
      const end = (error?: unknown): void => {
        this.hasEnded = true;
        this.#problems += error instanceof Error ? describeError(error) : "";
        resolve();
      };
      this.#child.once("close", () => end());
      this.#child.once("error", end);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async run(jobs: readonly RebuildJob[]): Promise<readonly RebuildResult[]> {
    this.#child.stdin.write(`${JSON.stringify(jobs)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) {
      await this.#ended;
      throw failed(this.#problems.trim() || "the sources: the bundler ended");
    }
    return JSON.parse(line.value);
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}

function sourcesOf(jobs: readonly RebuildJob[], results: readonly RebuildResult[]): readonly (readonly string[])[] {
  const failures = results.flatMap(({ failure }, index) =>
    failure === undefined
      ? []
      : [
          `${String(jobs[index]?.entry)}: ${failure.messages.length === 0 ? failure.text : failure.messages.join("; ")}`,
        ],
  );
  if (failures.length > 0) {
    throw failed(failures.join("\n"));
  }
  return results.map(({ sources = [] }) => sources);
}

function failed(what: string): LocalError {
  return new LocalError("SynthesisFailed", `cannot bundle ${what}`);
}
