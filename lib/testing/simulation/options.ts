import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { CircuitBreakerOptions } from "../../circuit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { BatchContext, BatchItem, ConsumeOptions, EventInfo, Handlers, PollOptions } from "../../consume/index.ts";
import type { AnyContract, EventName, PayloadInput } from "../../contract/index.ts";
import type { PublisherOptions, PublishOptions } from "../../publish/index.ts";
import type { Clients } from "../clients/index.ts";
import type { FaultRates } from "./faults.ts";
import type { RunResult } from "./result.ts";

/** The table that handlers may write to with `ctx.commit`: partition key `id` (S). */
export const EFFECTS_TABLE = "effects";

/** What the handlers of one worker use to wait, to call AWS and to draw random numbers: only then can a run be replayed. */
export interface HandlerWorld {
  /** The worker's own clock. */
  readonly clock: Clock;
  /** SDK clients of this worker: each call may be slow, fail, lose its response or crash the worker. */
  readonly clients: Clients;
  /** Works for `ms` virtual milliseconds. The worker may crash or stall meanwhile. @throws the signal's reason when it is aborted */
  work(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1) from the run's seed. */
  random(): number;
  /** The effect of one call of a handler, as an item for `ctx.commit`. See {@link SubscriberBase.effects}. */
  effectOf(event: EventInfo): TransactWriteItem;
  /** Writes the effect of one call of a handler without a transaction. @throws what the SDK throws when the call fails */
  writeEffect(event: EventInfo, signal?: AbortSignal): Promise<void>;
}

/** The options of `consume` that a subscriber may set. The simulator sets the others. */
export interface ConsumerOptions<C extends AnyContract>
  extends Pick<
    ConsumeOptions<C>,
    | "guarantee"
    | "idempotencyKey"
    | "concurrency"
    | "recordTimeoutMs"
    | "reserveMs"
    | "minStartMs"
    | "backoff"
    | "expired"
    | "codec"
    | "maxPayloadBytes"
  > {
  /** Options of a circuit breaker, whose state is in the idempotency table. @default none */
  readonly circuitBreaker?: CircuitBreakerOptions;
}

/** A subscriber's queue on the topic, its dead-letter queue, and how the queue is consumed. */
export interface SubscriberBase<C extends AnyContract> {
  /** Letters, digits, `-` and `_`; the consumer's name in idempotency keys. */
  readonly name: string;
  /** An SNS filter policy on attributes. @default none: every event */
  readonly filterPolicy?: Readonly<Record<string, readonly unknown[]>>;
  /** A standard queue behind a FIFO topic. @default as the topic */
  readonly standardQueue?: boolean;
  /** Most messages per invocation. @default 10 */
  readonly batchSize?: number;
  /** Most concurrent invocations; of a poller, the number of its processes. @default 2 */
  readonly maxConcurrency?: number;
  /** Seconds after which Lambda kills an invocation. @default 10 */
  readonly timeoutSeconds?: number;
  /** Receives before SQS moves a message to the dead-letter queue. @default 5 */
  readonly maxReceiveCount?: number;
  /** Options of the consumer. @default guarantee `exactly-once` */
  readonly options?: ConsumerOptions<C>;
  /**
   * How each call of a handler writes its effect: `committed` passes `world.effectOf` to `ctx.commit`, `written` calls
   * `world.writeEffect`. At the end, the effects in the table are compared with the events that are done.
   * @default not at all: effects are not compared
   */
  readonly effects?: "committed" | "written";
}

/** Consumed with `consume`, or with `poll`. */
export interface EventSubscriber<C extends AnyContract> extends SubscriberBase<C> {
  /** Creates the handlers of one worker. Called once per worker. */
  readonly handlers: (world: HandlerWorld) => Handlers<C>;
  /** Consumed by processes with `poll` instead of by a Lambda function with `consume`. @default by a function */
  readonly poll?: Pick<
    PollOptions<C>,
    "maxInFlight" | "waitTimeSeconds" | "visibilityTimeoutSeconds" | "maxProcessingMs" | "stopTimeoutMs"
  >;
}

/** Consumed by a Lambda function with `consumeBatch`. */
export interface BatchSubscriber<C extends AnyContract> extends SubscriberBase<C> {
  /** Creates the batch handler of one worker. Called once per worker. */
  readonly batchHandler: (
    world: HandlerWorld,
  ) => (items: readonly BatchItem<C>[], context: BatchContext) => void | Promise<void>;
}

/** One subscriber of the topic. */
export type Subscriber<C extends AnyContract> = EventSubscriber<C> | BatchSubscriber<C>;

/** What a workload may do. */
export interface WorkloadWorld<C extends AnyContract> {
  /**
   * Publishes an event with a real publisher. Give every event an id: the same id means the same event, published again.
   *
   * @throws PublishError, or an error named `PublisherCrashed` when the publisher crashed meanwhile
   */
  publish<Name extends EventName<C>>(
    name: Name,
    data: PayloadInput<C, Name>,
    options: Omit<PublishOptions, "id" | "signal" | "delaySeconds"> & { readonly id: string },
  ): Promise<void>;
  /** Sends a body unchanged to the topic, as a faulty publisher would: consumers must dead-letter it. */
  publishMalformed(body: string, options?: { readonly type?: EventName<C>; readonly group?: string }): Promise<void>;
  /** Starts a redrive of a subscriber's dead-letter queue. */
  redrive(subscriber: string): void;
  /** Waits for `ms` virtual milliseconds. */
  pause(ms: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A number in [0, 1) from the run's seed. */
  random(): number;
}

/** A system of publisher, topic and subscribers, and what is published in it. */
export interface Scenario<C extends AnyContract> {
  readonly contract: C;
  /** @default false */
  readonly fifo?: boolean;
  readonly subscribers: readonly Subscriber<C>[];
  /** Publishes events. The run goes on until each of them has been processed, dead-lettered or has expired. */
  readonly workload: (world: WorkloadWorld<C>) => Promise<void>;
  /** Options of the publisher. @default payloads above 262,144 bytes go to S3 */
  readonly publisher?: Pick<
    PublisherOptions,
    "maxMessageBytes" | "lingerMs" | "concurrency" | "maxAttempts" | "compress"
  >;
}

/** What `simulate` takes. */
export interface SimulationOptions<C extends AnyContract> {
  /** The system, or a function that draws one from a run's seed. */
  readonly scenario: Scenario<C> | ((random: () => number) => Scenario<C>);
  /** Seed of the first run; the following ones have the next numbers. @default 1 */
  readonly seed?: number;
  /** @default 100 */
  readonly runs?: number;
  /** Probabilities of faults in place of the defaults; `false` for none. */
  readonly faults?: Partial<FaultRates> | false;
  /**
   * By how many milliseconds the clocks of workers may be wrong, at most. Above 900, two of them may differ by more than the
   * idempotency store allows for: a claim may be taken over while its handler runs, and the rules let it.
   * @default 900
   */
  readonly clockSkewMs?: number;
  /** Stops after this many violations. @default 1 */
  readonly maxViolations?: number;
  /** Called after each run. */
  readonly onRun?: (run: RunResult) => void;
}
