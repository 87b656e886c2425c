import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { answerSchema, type Request } from "./contender-messages.ts";
import type { Contender, Sample } from "./interleave.ts";

/** Milliseconds within which a process has to answer: the slowest sample takes two seconds on an idle machine. */
const DEADLINE_MS = 60_000;

/** Milliseconds that a process has to end by itself, in which a profiler may write its file. */
const GRACE_MS = 5_000;

/** Characters of standard error that are kept: the last ones say why a process ended. */
const KEPT_CHARACTERS = 16_384;

/** Contenders of a case that run in processes of their own. */
export interface Processes<Settings> {
  /** The module that calls `serveContender` with their registry. */
  readonly main: URL;
  readonly names: readonly string[];
  readonly settings: Settings;
  /** Milliseconds within which each answer has to come. */
  readonly deadlineMs?: number;
}

/**
 * Starts a process for each contender, and ends them when they were used.
 *
 * @throws Error for a process that fails to start, with what it failed with
 */
export async function inProcesses<Settings, Result>(
  { main, names, settings, deadlineMs = DEADLINE_MS }: Processes<Settings>,
  use: (contenders: readonly ContenderProcess[]) => Promise<Result>,
): Promise<Result> {
  const contenders: ContenderProcess[] = [];
  try {
    for (const name of names) {
      const contender = new ContenderProcess(name, main, JSON.stringify(settings), deadlineMs);
      contenders.push(contender);
      await contender.started();
    }
    return await use(contenders);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

/**
 * A contender in a process of its own, as a function's instance is one. V8 compiles what contenders share (zod, JSON,
 * promises, Fanfare's own code) for all configurations that a process has seen, and an instance sees one.
 *
 * What is asked of it rejects when the process fails or ends, with an error that holds the process's own text, and when it
 * does not answer in time.
 */
export class ContenderProcess implements Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #deadlineMs: number;
  /** Rejects when the process has ended. */
  readonly #ended: Promise<never>;
  #stderr = "";

  constructor(name: string, main: URL, settings: string, deadlineMs: number) {
    this.name = name;
    this.#deadlineMs = deadlineMs;
    // Not the options of this process: a test runner has others.
    const execArgv = ["--conditions=@fanfare/source", "--expose-gc"];
    this.#child = fork(main, [name, settings], { execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-KEPT_CHARACTERS);
      process.stderr.write(text);
    });
    this.#ended = new Promise((_, reject) => {
      this.#child.once("error", reject);
      // "close", which waits for standard error too, does not come after `disconnect`.
      this.#child.once("exit", async (code, signal) => {
        if (this.#child.stderr !== null) {
          await finished(this.#child.stderr).catch(() => {});
        }
        reject(new Error(`${this.name}: its process ended with ${signal ?? `code ${code}`}\n${this.#stderr}`));
      });
    });
    // Told to whoever asks for something, now or later.
    this.#ended.catch(() => {});
  }

  /** Resolves when it can be asked. To be awaited once, before anything else. */
  async started(): Promise<void> {
    await this.#answer("start");
  }

  async prepare(): Promise<void> {
    await this.#ask("prepare");
  }

  /** One sample, for which it must be prepared. */
  async measure(): Promise<Sample> {
    return await this.#ask("measure");
  }

  async sample(): Promise<Sample> {
    await this.prepare();
    return await this.measure();
  }

  /** Ends the process, whatever it does, and resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    await this.#ended.catch(() => {});
    clearTimeout(kill);
  }

  async #ask(request: Request): Promise<Sample> {
    const answer = this.#answer(request);
    // Fails for a process that has ended, of which the answer tells.
    this.#child.send(request, () => {});
    return await answer;
  }

  async #answer(to: string): Promise<Sample> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const deadline = setTimeout(() => {
      // It may be in a loop, where it does not hear that it should end.
      this.#child.kill("SIGKILL");
      reject(new Error(`${this.name}: no answer to "${to}" within ${this.#deadlineMs} ms\n${this.#stderr}`));
    }, this.#deadlineMs);
    try {
      const [message]: unknown[] = await Promise.race([once(this.#child, "message"), this.#ended, late]);
      const answer = answerSchema.parse(message);
      if (answer.kind === "failed") {
        throw new Error(`${this.name} failed to ${to}: ${answer.error}`);
      }
      return answer.sample;
    } finally {
      clearTimeout(deadline);
    }
  }
}
