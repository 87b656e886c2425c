import type { Clock } from "../../clock/index.ts";
import type { ConsumeOptions, Handlers } from "../../consume/index.ts";
import type { AnyContract, EventName, PayloadInput } from "../../contract/index.ts";
import type { PublisherOptions, PublishOptions } from "../../publish/index.ts";
import type { Clients } from "../clients/index.ts";
import type { FaultRates } from "./faults.ts";

/** The table that handlers may write to with `ctx.commit`: partition key `id` (S). */
export const EFFECTS_TABLE = "effects";

/** What the handlers of one worker use to wait, to call AWS and to draw random numbers: only then can a run be replayed. */
export interface HandlerWorld {
  /** The worker's own clock. */
  readonly clock: Clock;
  /** SDK clients of this worker: each call may be slow, fail, lose its response or crash the worker. */
  readonly clients: Clients;
  /** Works for `ms` virtual milliseconds. The worker may crash meanwhile. @throws the signal's reason when it is aborted */
  work(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1) from the run's seed. */
  random(): number;
}

/** One subscriber: a queue on the topic with its dead-letter queue, and a function that consumes it. */
export interface Subscriber<C extends AnyContract> {
  /** Letters, digits, `-` and `_`; the consumer's name in idempotency keys. */
  readonly name: string;
  /** Creates the handlers of one worker. Called once per execution environment. */
  readonly handlers: (world: HandlerWorld) => Handlers<C>;
  /** An SNS filter policy on attributes. @default none: every event */
  readonly filterPolicy?: Readonly<Record<string, readonly unknown[]>>;
  /** A standard queue behind a FIFO topic. @default as the topic */
  readonly standardQueue?: boolean;
  /** Most messages per invocation. @default 10 */
  readonly batchSize?: number;
  /** Most concurrent invocations. @default 2 */
  readonly maxConcurrency?: number;
  /** Seconds after which Lambda kills an invocation. @default 10 */
  readonly timeoutSeconds?: number;
  /** Receives before SQS moves a message to the dead-letter queue. @default 5 */
  readonly maxReceiveCount?: number;
  /** Options of `consume`. The simulator sets clients, clock, logger and dead-letter queue. @default guarantee `exactly-once` */
  readonly options?: Pick<
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
  >;
}

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
  readonly publisher?: Pick<PublisherOptions, "maxMessageBytes" | "lingerMs" | "concurrency" | "maxAttempts">;
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
  /** Stops after this many violations. @default 1 */
  readonly maxViolations?: number;
  /** Called after each run. */
  readonly onRun?: (run: RunResult) => void;
}

/** A rule that was broken in a run. */
export interface Violation {
  /** Replays the run: `simulate({ ..., seed, runs: 1 })`. */
  readonly seed: number;
  readonly rule: Rule;
  readonly message: string;
  readonly event: string | undefined;
  readonly subscriber: string | undefined;
  /** What happened to the event that it is about, one thing per line. */
  readonly history: string;
}

/** The rules that are checked. See docs/evidence/simulation.md. */
export type Rule =
  | "publish-is-true"
  | "nothing-lost"
  | "settled-before-delete"
  | "effects-once"
  | "one-handler-at-a-time"
  | "order-in-group"
  | "dead-letter-complete"
  | "outcome-is-true"
  | "response-matches-outcomes"
  | "completion-recorded"
  | "owner-only"
  | "comes-to-rest"
  | "no-crash-of-ours";

/** What became of one event at one subscriber. */
export type EventOutcome = "processed" | "deadLettered" | "deadLetteredBySqs" | "expired" | "givenUp" | "unknown";

/** One run. */
export interface RunResult {
  readonly seed: number;
  readonly events: number;
  /** Callbacks that the scheduler ran. */
  readonly steps: number;
  /** Seconds of virtual time. */
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Number of events by outcome, over all subscribers. */
  readonly outcomes: Readonly<Record<EventOutcome, number>>;
  /** Handlers started. */
  readonly handled: number;
  /** Equal for runs in which the same things happened in the same order. */
  readonly fingerprint: number;
  readonly violation: Violation | undefined;
  /** All that happened, as text. */
  history(): string;
}
