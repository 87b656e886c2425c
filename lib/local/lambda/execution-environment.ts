import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILE_CACHE, killGroup, ownScript, type Watchdog } from "../common/index.ts";
import type { FunctionConfiguration, FunctionEndpoints } from "./configuration.ts";
import type { ConsumerOutcome } from "./consumer-outcome.ts";
import { functionEnvironment } from "./environment-variables.ts";
import { checkResponse, describeExit, type InvokeOutcome, timedOut } from "./invoke-outcome.ts";
import { INIT_TIMEOUT_MS } from "./limits.ts";
import { forEachLine } from "./lines.ts";
import { type EnvironmentMessage, type FunctionError, type InvokeMessage, isEnvironmentMessage } from "./messages.ts";
import type { ModuleFolders } from "./module-hooks.ts";
import type { PublishedEvent } from "./published-event.ts";

/** What an execution environment needs to know. */
export interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration;
  readonly endpoints: FunctionEndpoints;
  readonly id: string;
  readonly watchdog: Watchdog;
  /** Folder of the user's project, where the AWS SDK may be installed. */
  readonly projectDirectory: string;
  readonly onLine: (line: string, stream: "stdout" | "stderr", during: LineOrigin) => void;
  readonly onOutcome: (outcome: ConsumerOutcome, during: LineOrigin) => void;
  readonly onPublished: (event: PublishedEvent, during: LineOrigin) => void;
}

/** The invocation during which a line was printed, or a message settled: undefined while the handler was being loaded. */
export interface LineOrigin {
  readonly requestId: string | undefined;
  /** Milliseconds since it started. */
  readonly elapsedMs: number | undefined;
}

interface Settlement {
  readonly requestId: string;
  readonly settle: (outcome: InvokeOutcome) => void;
}

/** One process that runs one invocation at a time, like an execution environment of Lambda. */
export class ExecutionEnvironment {
  readonly exited: Promise<void>;
  readonly #configuration: FunctionConfiguration;
  readonly #listener: Pick<EnvironmentOptions, "onOutcome" | "onPublished">;
  readonly #process: ChildProcess;
  readonly #ready = Promise.withResolvers<FunctionError | undefined>();
  #running: Settlement | undefined;
  /** Output that arrives after the result still belongs to the last invocation. */
  #lastRequestId: string | undefined;
  /** When the handler of the last invocation was called, by `performance.now()`. */
  #lastStartedAt: number | undefined;
  #usable = true;

  constructor(options: EnvironmentOptions) {
    const { configuration, watchdog } = options;
    this.#configuration = configuration;
    this.#listener = options;
    const folders: ModuleFolders = {
      layers: configuration.layerDirectories,
      sdk: [options.projectDirectory, dirname(fileURLToPath(import.meta.url))],
    };
    const child = fork(ownScript(import.meta.url, "environment-main"), [JSON.stringify(folders), COMPILE_CACHE], {
      cwd: configuration.codeDirectory,
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...functionEnvironment(configuration, options.endpoints, options.id) },
      // As on Lambda the heap follows the memory size, with a tenth left for everything else. NODE_OPTIONS stays the user's.
      execArgv: ["--enable-source-maps", `--max-old-space-size=${Math.floor(configuration.memorySizeMb * 0.9)}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // An own process group: it is killed with its children, and Ctrl-C in the terminal does not reach it. On Windows that would open a
      // console window for each process; there `taskkill` ends the children too.
      detached: process.platform !== "win32",
      // An event is JSON in a string: as JSON, it would be escaped and parsed twice.
      serialization: "advanced",
    });
    this.#process = child;
    const { pid } = child;
    if (pid !== undefined) {
      watchdog.guard(pid);
    }
    for (const stream of ["stdout", "stderr"] as const) {
      const pipe = child[stream];
      if (pipe !== null) {
        forEachLine(pipe, (line) => options.onLine(line, stream, this.#lineOrigin()));
      }
    }
    child.on("message", (message) => {
      if (isEnvironmentMessage(message)) {
        this.#receive(message);
      }
    });
    this.exited = new Promise((resolve) => {
      const end = (description: string): void => {
        this.#usable = false;
        if (pid !== undefined) {
          watchdog.release(pid);
        }
        this.#fail(description);
        resolve();
      };
      // "close" and not "exit": by then the output has been read to its end.
      child.once("close", (code, signal) => end(describeExit(code, signal)));
      child.once("error", (error) => end(`Runtime could not be started: ${error.message}`));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can take another invocation. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * Runs one event. Never rejects: the end of the process is an outcome too. The time starts when the handler is
   * loaded, as on Lambda.
   */
  async invoke(requestId: string, event: string): Promise<InvokeOutcome> {
    const { timeoutSeconds, functionArn } = this.#configuration;
    const timeoutMs = timeoutSeconds * 1_000;
    this.#lastRequestId = requestId;
    const initFailure = await this.#withTimer(
      this.#ready.promise,
      INIT_TIMEOUT_MS + timeoutMs,
      timedOut(requestId, INIT_TIMEOUT_MS / 1_000 + timeoutSeconds),
    );
    if (initFailure !== undefined) {
      this.kill();
      return { status: "failed", error: initFailure };
    }
    const outcome = new Promise<InvokeOutcome>((settle) => {
      this.#running = { requestId, settle };
      const message: InvokeMessage = {
        type: "invoke",
        requestId,
        event,
        deadline: Date.now() + timeoutMs,
        invokedFunctionArn: functionArn,
      };
      this.#lastStartedAt = performance.now();
      if (this.#usable) {
        this.#process.send(message, (error) => {
          if (error !== null) {
            this.#fail(`Runtime could not be reached: ${error.message}`);
          }
        });
      } else {
        this.#fail("Runtime exited without providing a reason");
      }
    });
    return this.#withTimer(outcome, timeoutMs, { status: "failed", error: timedOut(requestId, timeoutSeconds) });
  }

  /** Ends the process and its children. */
  kill(): void {
    this.#usable = false;
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      killGroup(pid);
    }
  }

  #lineOrigin(): LineOrigin {
    const elapsedMs = this.#lastStartedAt === undefined ? undefined : performance.now() - this.#lastStartedAt;
    return { requestId: this.#lastRequestId, elapsedMs };
  }

  #receive(message: EnvironmentMessage): void {
    switch (message.type) {
      case "ready":
        this.#ready.resolve(undefined);
        break;
      case "initError":
        this.#ready.resolve(message.error);
        break;
      case "outcomes":
        for (const outcome of message.outcomes) {
          this.#listener.onOutcome(outcome, this.#lineOrigin());
        }
        break;
      case "published":
        this.#listener.onPublished(message.event, this.#lineOrigin());
        break;
      case "result":
        this.#settle(message.requestId, checkResponse(message.response));
        break;
      case "error":
        this.#settle(message.requestId, { status: "failed", error: message.error });
        break;
    }
  }

  #settle(requestId: string, outcome: InvokeOutcome): void {
    const running = this.#running;
    if (running?.requestId === requestId) {
      this.#running = undefined;
      running.settle(outcome);
    }
  }

  #fail(description: string): void {
    const requestId = this.#running?.requestId ?? this.#lastRequestId ?? "";
    const error = { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${description}` };
    this.#ready.resolve(error);
    this.#settle(requestId, { status: "failed", error });
  }

  async #withTimer<T>(work: Promise<T>, milliseconds: number, late: T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<T>((resolve) => {
      timer = setTimeout(() => {
        this.#running = undefined;
        this.kill();
        resolve(late);
      }, milliseconds);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
