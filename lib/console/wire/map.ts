import type { FanoutGraph } from "../../graph/index.ts";

/** What the console looks at, and what it may do. */
export interface About {
  /** `fanfare dev` or a profile. */
  readonly title: string;
  /** `eu-central-1, account 123456789012` */
  readonly place: string;
  /** Whether requests that change something are accepted. */
  readonly write: boolean;
  /** Whether the app runs on this machine: events can be sent. */
  readonly local: boolean;
  readonly version: string;
  /** Screens that there is something to show on: `map`, `send` and so on. */
  readonly screens: readonly string[];
  /** Milliseconds between two samples of the queues. */
  readonly intervalMs: number;
}

/** The worst of what is known about a queue: `ok`, something to look at, or messages that are lost if nothing is done. */
export type Health = "ok" | "warning" | "critical";

/** The state of one queue, its dead letters included. */
export interface QueueState {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Messages that consumers deleted, per second. Undefined until there are two samples. */
  readonly ratePerSecond?: number | undefined;
  /** Age of the oldest message in seconds, where it is known. */
  readonly oldestSeconds?: number | undefined;
  /** Seconds until the queue is empty at the present rate; undefined where it does not drain. */
  readonly drainSeconds?: number | undefined;
  /** Messages in its dead-letter queues. */
  readonly deadLetters: number;
  readonly health: Health;
  readonly warnings: readonly string[];
}

/** The map: the graph, and the state of its queues by the id of their nodes. */
export interface MapView {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly graph: FanoutGraph;
  readonly queues: Readonly<Record<string, QueueState>>;
}

/** Samples of a queue, oldest first: columns of equal length, as charts take them. */
export interface History {
  /** Seconds since the epoch. */
  readonly at: readonly number[];
  readonly visible: readonly number[];
  readonly inFlight: readonly number[];
  readonly rate: readonly (number | null)[];
  readonly deadLetters: readonly number[];
}

/** One subscriber: its queue, its settings, and what was seen of it lately. */
export interface SubscriberView {
  readonly id: string;
  readonly state: QueueState;
  readonly history: History;
  /** Label and value, in the order in which they are shown. */
  readonly settings: readonly (readonly [label: string, value: string])[];
  readonly filter: readonly string[];
  readonly deadLetterQueues: readonly DeadLetterQueue[];
}

export interface DeadLetterQueue {
  /** How requests name it. */
  readonly id: string;
  readonly name: string;
  /** Whether it holds what SNS could not deliver, and not what the consumer could not process. */
  readonly ofSubscription: boolean;
  readonly count: number;
}
