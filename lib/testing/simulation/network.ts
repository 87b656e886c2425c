import type { AwsClient } from "../../aws/index.ts";
import { sleep } from "../../clock/index.ts";
import { AwsError } from "../../local/engine/index.ts";
import { type Call, type Carrier, leanCarrier, type MemoryAws, SdkError, toSdkError } from "../clients/index.ts";
import type { Invocation } from "./entities.ts";
import type { FaultKind, FaultyPart } from "./faults.ts";
import { waitForMessages } from "./long-poll.ts";
import { canFailPartially, failPartially } from "./partial-failure.ts";
import type { Worker } from "./worker.ts";

/**
 * Attempts of one call, and its pauses in milliseconds: the SDK's standard retry mode.
 * Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
 */
const RETRY = { attempts: 3, baseMs: 100, throttledBaseMs: 500, capMs: 20_000 };

/** Milliseconds of a request or a response on the network: usual, slow, and of a packet that was nearly lost. */
const LATENCY = { usual: [1, 15], slow: [300, 4_000], late: [4_000, 60_000] } as const;

/** Milliseconds for which a process stands still: at times longer than its claims are leased. */
export const STALL_MS = 90_000;

/** Milliseconds after which a client gives up an attempt: the idempotency store's own client has this limit, others have none. */
const DYNAMODB_TIMEOUT_MS = 3_000;

/** Observes calls. `invocations` are those that the sender was working on when it sent the call; of a publisher, none. */
export interface NetworkListener {
  /** A call is sent. It may never arrive. */
  onCall(invocations: readonly Invocation[], call: Call): void;
  /** A call is about to have its effect. */
  onArrival(invocations: readonly Invocation[], worker: Worker, call: Call): void;
  /** A call has had its effect; the response may never reach the sender. */
  /** @param late the call arrived late */
  onEffect(invocations: readonly Invocation[], worker: Worker, call: Call, output: object, late: boolean): void;
  onFault(invocations: readonly Invocation[], worker: Worker, call: Call, kind: FaultKind, detail: string): void;
  /** The SDK gave up a call, or a service refused it. */
  onFailure(invocations: readonly Invocation[], worker: Worker, call: Call, error: unknown): void;
  /** Entries or statements of a call failed. */
  onEntriesFailed(
    invocations: readonly Invocation[],
    worker: Worker,
    call: Call,
    entries: number,
    output: object,
  ): void;
}

/** What a {@link Network} needs. */
export interface NetworkOptions extends FaultyPart {
  readonly aws: MemoryAws;
  readonly listener: NetworkListener;
}

type Result =
  | { readonly kind: "output"; readonly output: object }
  | { readonly kind: "error"; readonly error: unknown; readonly retry: "throttled" | "transient" | undefined };

/** Everything between the SDK clients of workers and the services: time, faults, and the SDK's own retries. */
export class Network {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Carries the calls of one worker, by the client that a function or poller chooses: the SDK's or Fanfare's own. */
  carrierOf(worker: Worker, invocationsOf: () => readonly Invocation[], client: AwsClient): Carrier {
    const { listener } = this.#options;
    const attempt: Carrier = async (call) => {
      const result = await this.#attempt(worker, invocationsOf(), call);
      if (result.kind === "error") {
        throw result.error;
      }
      return result.output;
    };
    const bySdk: Carrier = (call) => this.#bySdk(worker, invocationsOf(), call);
    const carry = client === "sdk" ? bySdk : leanCarrier(attempt, bySdk, worker.clock);
    return async (call) => {
      const invocations = invocationsOf();
      listener.onCall(invocations, call);
      try {
        return await carry(call);
      } catch (error) {
        listener.onFailure(invocations, worker, call, error);
        throw error;
      }
    };
  }

  /** The SDK's own retries. */
  async #bySdk(worker: Worker, invocations: readonly Invocation[], call: Call): Promise<object> {
    for (let attempt = 1; ; attempt++) {
      call.signal?.throwIfAborted();
      const result = await this.#attempt(worker, invocations, call);
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
  }

  #attempt(worker: Worker, invocations: readonly Invocation[], call: Call): Promise<Result> {
    return new Promise((resolve) => {
      if (worker.isDead) {
        return;
      }
      if (this.#options.faults.occurs("crash")) {
        this.#options.listener.onFault(invocations, worker, call, "crash", "before the call");
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
      const pace = this.#fault("slow", invocations, worker, call) ? "slow" : "usual";
      const stalled = worker.canStall && this.#fault("stall", invocations, worker, call);
      const late = this.#fault("lateArrival", invocations, worker, call) || stalled;
      if (stalled) {
        worker.stall(STALL_MS * worker.clock.random());
      }
      this.#options.virtual.timer(this.#latency(late ? "late" : pace), () => {
        this.#whenAnswered(call, worker, () => {
          const result = this.#arrive(worker, invocations, call, late);
          this.#options.virtual.timer(this.#latency(pace), () => end(result));
        });
      });
    });
  }

  /** Waits as long as the service does before it responds: a long poll, until there are messages. */
  #whenAnswered(call: Call, worker: Worker, answer: () => void): void {
    const { aws, virtual } = this.#options;
    if (call.operation === "ReceiveMessage") {
      waitForMessages({ aws, virtual, call, isGone: () => worker.isDead || call.signal?.aborted === true }, answer);
    } else {
      answer();
    }
  }

  /** The call reaches the service. Its sender may have crashed by now. */
  #arrive(worker: Worker, invocations: readonly Invocation[], call: Call, late: boolean): Result {
    if (this.#fault("throttle", invocations, worker, call)) {
      const error = new SdkError(THROTTLING[call.service], "Rate exceeded (injected)", {
        fault: "client",
        statusCode: 400,
        service: call.service,
        throttling: true,
      });
      return { kind: "error", error, retry: "throttled" };
    }
    if (this.#fault("serverError", invocations, worker, call)) {
      const error = new SdkError("ServiceUnavailable", "Service unavailable (injected)", {
        fault: "server",
        statusCode: 503,
        service: call.service,
      });
      return { kind: "error", error, retry: "transient" };
    }
    const result = this.#perform(worker, invocations, call, late);
    if (!worker.isDead && this.#options.faults.occurs("crash")) {
      this.#options.listener.onFault(invocations, worker, call, "crash", "after the call");
      worker.kill(`crash after ${call.operation}`);
    }
    if (!this.#fault("lostAnswer", invocations, worker, call)) {
      return result;
    }
    return connectionLost();
  }

  #perform(worker: Worker, invocations: readonly Invocation[], call: Call, late: boolean): Result {
    try {
      const output = this.#effect(worker, invocations, call);
      this.#options.listener.onEffect(invocations, worker, call, output, late);
      return { kind: "output", output };
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return { kind: "error", error: toSdkError(call.service, error), retry: undefined };
    }
  }

  #effect(worker: Worker, invocations: readonly Invocation[], call: Call): object {
    this.#options.listener.onArrival(invocations, worker, call);
    const perform = (input: Call["input"]) => this.#options.aws.perform({ ...call, input });
    if (!canFailPartially(call) || !this.#options.faults.occurs("partialFailure")) {
      return perform(call.input);
    }
    this.#options.listener.onFault(invocations, worker, call, "partialFailure", "");
    const { output, failed } = failPartially(call, this.#options.random, perform);
    this.#options.listener.onEntriesFailed(invocations, worker, call, failed, output);
    return output;
  }

  #fault(kind: FaultKind, invocations: readonly Invocation[], worker: Worker, call: Call): boolean {
    if (!this.#options.faults.occurs(kind)) {
      return false;
    }
    this.#options.listener.onFault(invocations, worker, call, kind, "");
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
