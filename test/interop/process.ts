import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import { isJsonObject } from "../../lib/std/index.ts";
import { PeerUnavailable } from "./peer.ts";

const execute = promisify(execFile);

/** Longest that one command of a client may take. A cold JVM on a busy machine needs some seconds. */
const COMMAND_MS = 90_000;

/** Runs a program to its end and returns what it printed. @throws an Error with the end of its complaints */
export async function run(
  program: string,
  args: readonly string[],
  options: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<string> {
  const { env, timeoutMs = COMMAND_MS } = options;
  try {
    const settings = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, ...(env === undefined ? {} : { env }) };
    const { stdout, stderr } = await execute(program, args, settings);
    return stdout === "" ? stderr : stdout;
  } catch (error) {
    const complaint = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`${program} ${args[0] ?? ""}: ${complaint === "" ? String(error) : complaint.slice(-600)}`);
  }
}

/** Answers of a program about itself, or says that the program is missing. @throws PeerUnavailable */
export async function probe(program: string, args: readonly string[]): Promise<string> {
  try {
    return await run(program, args);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const isMissing = detail.includes("ENOENT");
    throw new PeerUnavailable(isMissing ? `no program ${program} on the PATH` : `${program} does not run: ${detail}`);
  }
}

/** A program that answers each line of JSON with one line of JSON. */
export class JsonLineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  /** Settled when the program has ended, or could not be started at all. */
  readonly #ended: Promise<void>;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  #complaints = "";
  #turn: Promise<unknown> = Promise.resolve();

  constructor(program: string, args: readonly string[], env: Record<string, string>) {
    this.#child = spawn(program, args, { env, stdio: "pipe" });
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", (error) => {
        this.#complaints += error.message;
        resolve();
      });
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2_000);
    });
    this.#child.stdin.on("error", () => {
      // The program is gone: the missing answer tells it.
    });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** @throws an Error with what the program says went wrong */
  async ask(command: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = this.#turn.then(() => this.#askNow(command));
    this.#turn = answer.catch(() => undefined);
    return await answer;
  }

  async #askNow(command: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), COMMAND_MS);
    const { value, done } = await this.#answers.next().finally(() => clearTimeout(timer));
    if (done) {
      throw new Error(`the client ended without an answer: ${this.#complaints.trim().slice(-600)}`);
    }
    const answer: unknown = JSON.parse(value);
    if (!isJsonObject(answer)) {
      throw new Error("the client's answer is not a JSON object");
    }
    if (typeof answer.error === "string") {
      throw new Error(answer.error);
    }
    return answer;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#ended;
    clearTimeout(timer);
    this.#lines.close();
  }
}
