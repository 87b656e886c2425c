import { randomUUID } from "node:crypto";
import { LocalError, type Watchdog } from "../common/index.ts";
import { type FunctionConfiguration, type FunctionEndpoints, isRunnable } from "./configuration.ts";
import type { ConsumerOutcome } from "./consumer-outcome.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import type { InvokeOutcome } from "./invoke-outcome.ts";
import { MAX_PAYLOAD_BYTES } from "./limits.ts";
import type { PublishedEvent } from "./published-event.ts";

/** One line that a handler printed. */
export interface LogEntry {
  readonly functionName: string;
  /** The invocation during which it was printed; undefined while the handler was being loaded. */
  readonly requestId: string | undefined;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  /** Milliseconds since the invocation started; undefined while the handler was being loaded. */
  readonly elapsedMs: number | undefined;
}

/** What a consumer did with a message. */
export interface OutcomeEntry extends Omit<LogEntry, "stream" | "line"> {
  readonly outcome: ConsumerOutcome;
}

/** What a publisher did with an event. */
export interface PublishedEntry extends Omit<LogEntry, "stream" | "line"> {
  readonly event: PublishedEvent;
}

/** An invocation that ran, with its id and duration. */
export type Invocation = InvokeOutcome & { readonly requestId: string; readonly durationMs: number };

/** What a function needs besides its configuration. */
export interface LocalFunctionOptions {
  readonly configuration: FunctionConfiguration;
  readonly endpoints: FunctionEndpoints;
  readonly watchdog: Watchdog;
  /** Folder of the user's project, where the AWS SDK may be installed. @default the current folder of this process */
  readonly projectDirectory?: string | undefined;
  /** Processes of one function at a time. Default 10; reserved concurrency may lower it. */
  readonly maxEnvironments?: number | undefined;
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  readonly onOutcome?: ((entry: OutcomeEntry) => void) | undefined;
  readonly onPublished?: ((entry: PublishedEntry) => void) | undefined;
}

/** Enough for the default concurrency of mappings, and few enough for a laptop. */
const DEFAULT_MAX_ENVIRONMENTS = 10;

/** Invocations of a function that can run at a time: its reserved concurrency, as far as this machine may go. */
export function functionConcurrency(
  configuration: Pick<FunctionConfiguration, "reservedConcurrency">,
  maxEnvironments: number = DEFAULT_MAX_ENVIRONMENTS,
): number {
  return Math.min(configuration.reservedConcurrency ?? maxEnvironments, maxEnvironments);
}

/**
 * A function that runs its deployed bundle in own processes: one invocation per process, idle processes reused, more
 * started under load. Over the limit invocations wait. Lambda would throttle them, and its poller would retry later.
 */
export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  #configuration: FunctionConfiguration;
  #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #generation = 0;
  #closed = false;

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
  }

  get configuration(): FunctionConfiguration {
    return this.#configuration;
  }

  /** Invocations that can run at a time. */
  get concurrency(): number {
    return functionConcurrency(this.#configuration, this.#options.maxEnvironments);
  }

  /** Invocations that run or wait for a process now. */
  get activeInvocations(): number {
    return this.#running + this.#waiting.length;
  }

  /** Process ids of the environments that exist now. */
  get pids(): readonly number[] {
    return [...this.#all].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Runs the handler with an event (anything that JSON can hold) and returns its outcome. An error of the handler is an
   * outcome, not a rejection.
   *
   * @throws LocalError `InvokeRefused` over 6 MB, for other runtimes than Node.js and with a reserved concurrency of 0;
   *   `Closed` after {@link close}.
   */
  async invoke(payload: unknown): Promise<Invocation> {
    return this.invokeJson(JSON.stringify(payload) ?? "null");
  }

  /** The same with an event that is JSON already. */
  async invokeJson(event: string): Promise<Invocation> {
    this.#refuse(event);
    if (this.#running >= this.concurrency) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else {
      this.#running += 1;
    }
    try {
      if (this.#closed) {
        throw new LocalError("Closed", `function ${this.#configuration.functionName} has been closed`);
      }
      return await this.#run(event);
    } finally {
      // The slot goes to the first that waits, so that no later invocation overtakes it.
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#running -= 1;
      } else {
        next();
      }
    }
  }

  /** Sets a new configuration. Running invocations finish with the old bundle; the next one runs the new bundle. */
  update(configuration: FunctionConfiguration): void {
    this.#configuration = configuration;
    this.#generation += 1;
    for (const environment of this.#idle) {
      environment.kill();
    }
    this.#idle = [];
  }

  /** Ends all processes, also those that are running a handler, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const environment of this.#all) {
      environment.kill();
    }
    await Promise.all([...this.#all].map(({ exited }) => exited));
  }

  async #run(event: string): Promise<Invocation> {
    const generation = this.#generation;
    const requestId = randomUUID();
    const started = performance.now();
    const environment = this.#take();
    const outcome = await environment.invoke(requestId, event);
    if (environment.usable && generation === this.#generation && !this.#closed) {
      this.#idle.push(environment);
    } else {
      environment.kill();
    }
    return { ...outcome, requestId, durationMs: performance.now() - started };
  }

  #take(): ExecutionEnvironment {
    // The one used last is the warmest. One that has crashed while idle is passed over.
    for (let candidate = this.#idle.pop(); candidate !== undefined; candidate = this.#idle.pop()) {
      if (candidate.usable) {
        return candidate;
      }
    }
    const { endpoints, onLog, onOutcome, onPublished, watchdog, projectDirectory = process.cwd() } = this.#options;
    const { functionName } = this.#configuration;
    const environment = new ExecutionEnvironment({
      configuration: this.#configuration,
      endpoints,
      id: randomUUID().replaceAll("-", ""),
      watchdog,
      projectDirectory,
      onLine: (line, stream, invocation) => onLog?.({ functionName, ...invocation, stream, line }),
      onOutcome: (outcome, invocation) => onOutcome?.({ functionName, ...invocation, outcome }),
      onPublished: (event, invocation) => onPublished?.({ functionName, ...invocation, event }),
    });
    this.#all.add(environment);
    void environment.exited.then(() => this.#all.delete(environment));
    return environment;
  }

  #refuse(event: string): void {
    const { functionName, runtime, codeDirectory, reservedConcurrency } = this.#configuration;
    if (this.#closed) {
      throw new LocalError("Closed", `function ${functionName} has been closed`);
    }
    if (!isRunnable(this.#configuration)) {
      throw new LocalError(
        "InvokeRefused",
        codeDirectory === undefined
          ? `the code of function ${functionName} is not on this machine`
          : `function ${functionName} has the runtime ${runtime}; the local runtime supports only Node.js`,
        { remedy: "use a Node.js runtime with code from a local asset" },
      );
    }
    if (reservedConcurrency === 0) {
      throw new LocalError("InvokeRefused", `function ${functionName} has a reserved concurrency of 0`, {
        remedy: "raise reservedConcurrentExecutions; 0 disables the function",
      });
    }
    const bytes = Buffer.byteLength(event);
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw new LocalError(
        "InvokeRefused",
        `the payload for function ${functionName} has ${bytes} bytes, over Lambda's limit of ${MAX_PAYLOAD_BYTES}`,
        { remedy: "send a smaller payload, or a reference to an object in S3" },
      );
    }
  }
}
