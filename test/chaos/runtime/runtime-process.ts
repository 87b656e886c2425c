import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../support/free-port.ts";
import { type Leftover, processesOf } from "./processes.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");
const READY = "running; Ctrl-C stops";
const START_DEADLINE_MS = 60_000;
/** What a killed runtime started has this long to notice. */
const GONE_DEADLINE_MS = 10_000;
const KEPT_LINES = 200;

export interface RuntimeOptions {
  readonly assembly: string;
  readonly data: string;
  /** Everything of the run is in there; by it left-over processes are found. */
  readonly folder: string;
  /** Where handlers and pollers go instead of the server. */
  readonly clientEndpoint?: string;
  /** Told every line that the runtime prints, those of the handlers included. */
  readonly onLine?: (line: string) => void;
}

/** `fanfare dev` in a process of its own, which can be killed. */
export class RuntimeProcess {
  readonly #options: RuntimeOptions;
  #port = 0;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #lines: string[] = [];

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  /** Where the server itself listens: the same address after each start. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, and resolves when it polls. `onListening` is told before it does. */
  async start(onListening: (endpoint: string) => void = () => {}): Promise<void> {
    this.#port ||= await freePort();
    onListening(this.endpoint);
    const { assembly, data, clientEndpoint } = this.#options;
    const child = spawn(
      process.execPath,
      [
        "--conditions=@fanfare/source",
        MAIN,
        "dev",
        ...["--assembly", assembly, "--data", data, "--port", String(this.#port), "--no-watch"],
        ...(clientEndpoint === undefined ? [] : ["--client-endpoint", clientEndpoint]),
      ],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined } },
    );
    this.#child = child;
    const killWithMe = (): void => void child.kill("SIGKILL");
    process.once("exit", killWithMe);
    this.#lines = [];
    let ready = false;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        ready ||= line.includes(READY);
        this.#note(line);
      });
    }
    let ended = false;
    this.#exited = new Promise((done) => {
      child.once("close", () => {
        ended = true;
        process.off("exit", killWithMe);
        done();
      });
    });
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!ready) {
      if (ended || Date.now() > deadline) {
        await this.kill();
        throw new Error(`the runtime did not start:\n${this.#lines.join("\n")}`);
      }
      await delay(20);
    }
  }

  /** Kills it with SIGKILL, and answers what is still there of it after a while: nothing should be. */
  async kill(): Promise<readonly Leftover[]> {
    this.#child?.kill("SIGKILL");
    await this.#exited;
    return await this.#leftovers();
  }

  /** Stops it as Ctrl-C does. */
  async stop(): Promise<readonly Leftover[]> {
    this.#child?.kill("SIGINT");
    await this.#exited;
    return await this.#leftovers();
  }

  async #leftovers(): Promise<readonly Leftover[]> {
    const deadline = Date.now() + GONE_DEADLINE_MS;
    for (;;) {
      const left = processesOf(this.#options.folder);
      if (left.length === 0 || Date.now() > deadline) {
        return left;
      }
      await delay(20);
    }
  }

  #note(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) {
      this.#lines.shift();
    }
    this.#options.onLine?.(line);
  }
}
