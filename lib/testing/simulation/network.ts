import { sleep } from "../../clock/index.ts";
import { AwsError } from "../../local/engine/index.ts";
import { type Call, type Carrier, type MemoryAws, SdkError, toSdkError } from "../clients/index.ts";
import type { FaultKind, FaultyPart } from "./faults.ts";
import { canFailPartially, failPartially } from "./partial-failure.ts";
import type { Worker } from "./worker.ts";

/**
 * Attempts of one call, and its pauses in milliseconds: the SDK's standard retry mode.
 * Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
 */
const RETRY = { attempts: 3, baseMs: 100, throttledBaseMs: 500, capMs: 20_000 };

/** Milliseconds of a request or a response on the network: usual, slow, and of a packet that was nearly lost. */
const LATENCY = { usual: [1, 15], slow: [300, 4_000], late: [4_000, 60_000] } as const;

/** Milliseconds after which a client gives up an attempt: the idempotency store's own client has this limit, others have none. */
const DYNAMODB_TIMEOUT_MS = 3_000;

/** Observes calls. `context` is what the sender was working on when it sent the call. */
export interface NetworkListener<Context> {
  /** A call is about to have its effect. */
  onArrival(context: Context, worker: Worker, call: Call): void;
  /** A call has had its effect; the response may never reach the sender. */
  onEffect(context: Context, worker: Worker, call: Call, output: object): void;
  onFault(context: Context, worker: Worker, call: Call, kind: FaultKind, detail: string): void;
  /** The SDK gave up a call, or a service refused it. */
  onFailure(context: Context, worker: Worker, call: Call, error: unknown): void;
  /** Entries or statements of a call failed. */
  onEntriesFailed(context: Context, worker: Worker, call: Call, entries: number): void;
}

/** What a {@link Network} needs. */
export interface NetworkOptions<Context> extends FaultyPart {
  readonly aws: MemoryAws;
  readonly listener: NetworkListener<Context>;
}

type Result =
  | { readonly kind: "output"; readonly output: object }
  | { readonly kind: "error"; readonly error: unknown; readonly retry: "throttled" | "transient" | undefined };

/** Everything between the SDK clients of workers and the services: time, faults, and the SDK's own retries. */
export class Network<Context> {
  readonly #options: NetworkOptions<Context>;

  constructor(options: NetworkOptions<Context>) {
    this.#options = options;
  }

  /** Carries the calls of one worker. */
  carrierOf(worker: Worker, contextOf: () => Context): Carrier {
    return async (call) => {
      const context = contextOf();
      try {
        for (let attempt = 1; ; attempt++) {
          call.signal?.throwIfAborted();
          const result = await this.#attempt(worker, context, call);
          if (result.kind === "output") {
            return result.output;
          }
          if (result.retry === undefined || attempt === RETRY.attempts) {
            throw result.error;
          }
          const base = result.retry === "throttled" ? RETRY.throttledBaseMs : RETRY.baseMs;
          const pause = worker.clock.random() * Math.min(RETRY.capMs, base * 2 ** (attempt - 1));
          await sleep(worker.clock, pause, call.signal);
        }
      } catch (error) {
        this.#options.listener.onFailure(context, worker, call, error);
        throw error;
      }
    };
  }

  #attempt(worker: Worker, context: Context, call: Call): Promise<Result> {
    return new Promise((resolve) => {
      if (worker.isDead) {
        return;
      }
      if (this.#options.faults.occurs("crash")) {
        this.#options.listener.onFault(context, worker, call, "crash", "before the call");
        worker.kill(`crash before ${call.operation}`);
        return;
      }
      let cancel = () => {};
      const end = worker.guard((result: Result) => {
        cancel();
        resolve(result);
      });
      if (call.signal !== undefined) {
        call.signal.addEventListener("abort", () => end(aborted(call)), { once: true });
      }
      if (call.service === "dynamodb") {
        // A call that was given up may still arrive.
        cancel = this.#options.virtual.timer(DYNAMODB_TIMEOUT_MS, () => end(connectionLost()));
      }
      const pace = this.#fault("slow", context, worker, call) ? "slow" : "usual";
      const late = this.#fault("lateArrival", context, worker, call);
      this.#options.virtual.timer(this.#latency(late ? "late" : pace), () => {
        const result = this.#arrive(worker, context, call);
        this.#options.virtual.timer(this.#latency(pace), () => end(result));
      });
    });
  }

  /** The call reaches the service. Its sender may have crashed by now. */
  #arrive(worker: Worker, context: Context, call: Call): Result {
    if (this.#fault("throttle", context, worker, call)) {
      const error = new SdkError(THROTTLING[call.service], "Rate exceeded (injected)", {
        fault: "client",
        statusCode: 400,
        service: call.service,
        throttling: true,
      });
      return { kind: "error", error, retry: "throttled" };
    }
    if (this.#fault("serverError", context, worker, call)) {
      const error = new SdkError("ServiceUnavailable", "Service unavailable (injected)", {
        fault: "server",
        statusCode: 503,
        service: call.service,
      });
      return { kind: "error", error, retry: "transient" };
    }
    const result = this.#perform(worker, context, call);
    if (!worker.isDead && this.#options.faults.occurs("crash")) {
      this.#options.listener.onFault(context, worker, call, "crash", "after the call");
      worker.kill(`crash after ${call.operation}`);
    }
    if (!this.#fault("lostAnswer", context, worker, call)) {
      return result;
    }
    return connectionLost();
  }

  #perform(worker: Worker, context: Context, call: Call): Result {
    try {
      const output = this.#effect(worker, context, call);
      this.#options.listener.onEffect(context, worker, call, output);
      return { kind: "output", output };
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return { kind: "error", error: toSdkError(call.service, error), retry: undefined };
    }
  }

  #effect(worker: Worker, context: Context, call: Call): object {
    this.#options.listener.onArrival(context, worker, call);
    const perform = (input: Call["input"]) => this.#options.aws.perform({ ...call, input });
    if (!canFailPartially(call) || !this.#options.faults.occurs("partialFailure")) {
      return perform(call.input);
    }
    this.#options.listener.onFault(context, worker, call, "partialFailure", "");
    const { output, failed } = failPartially(call, this.#options.random, perform);
    this.#options.listener.onEntriesFailed(context, worker, call, failed);
    return output;
  }

  #fault(kind: FaultKind, context: Context, worker: Worker, call: Call): boolean {
    if (!this.#options.faults.occurs(kind)) {
      return false;
    }
    this.#options.listener.onFault(context, worker, call, kind, "");
    return true;
  }

  #latency(pace: keyof typeof LATENCY): number {
    const [low, high] = LATENCY[pace];
    return this.#options.random.int(low, high);
  }
}

/** Names of the errors with which services refuse too many calls. Source: "Common errors" of their API References. */
const THROTTLING: Readonly<Record<Call["service"], string>> = {
  sns: "ThrottledException",
  s3: "SlowDown",
  sqs: "ThrottlingException",
  dynamodb: "ProvisionedThroughputExceededException",
};

function connectionLost(): Result {
  const error = Object.assign(new Error("socket hang up (injected)"), { name: "TimeoutError", code: "ECONNRESET" });
  return { kind: "error", error, retry: "transient" };
}

function aborted(call: Call): Result {
  const error = Object.assign(new Error("Request aborted"), { name: "AbortError", cause: call.signal?.reason });
  return { kind: "error", error, retry: undefined };
}
