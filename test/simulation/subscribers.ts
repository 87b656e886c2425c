import type { Subscriber } from "../../lib/testing/index.ts";
import type { Story } from "./behaviour.ts";
import type { shop } from "./contract.ts";
import { batchHandlerOf, handlersOf } from "./handlers.ts";

/** A kind of subscriber: what it promises, and how it writes its effects. */
export interface Kind {
  readonly name: string;
  readonly guarantee: "exactly-once" | "at-least-once" | "at-most-once";
  readonly effects: "committed" | "written";
  readonly expired: "drop" | "dead-letter";
  /** Takes all events of an invocation at once. */
  readonly batch?: true;
  readonly filterPolicy?: Readonly<Record<string, readonly unknown[]>>;
}

const types = (...names: string[]) => names.map((name) => `shop.${name}`);

const KINDS: readonly Kind[] = [
  { name: "ledger", guarantee: "exactly-once", effects: "committed", expired: "drop" },
  { name: "billing", guarantee: "exactly-once", effects: "written", expired: "dead-letter" },
  {
    name: "audit",
    guarantee: "at-least-once",
    effects: "written",
    expired: "drop",
    filterPolicy: { region: ["eu"], type: types("OrderPlaced", "OrderPaid") },
  },
  {
    name: "mail",
    guarantee: "at-most-once",
    effects: "written",
    expired: "drop",
    filterPolicy: { type: types("OrderPlaced", "QuoteGiven") },
  },
  { name: "archive", guarantee: "exactly-once", effects: "written", expired: "drop", batch: true },
];

/** The names of all subscribers that may be drawn. */
export const NAMES = KINDS.map(({ name }) => name);

/** Draws two or three subscribers with the settings of their queues and consumers. */
export function drawSubscribers(random: () => number, story: Story): Subscriber<typeof shop>[] {
  const int = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const kinds = KINDS.map((kind) => ({ kind, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, int(2, 3));
  return kinds.map(({ kind }) => {
    const timeoutSeconds = int(4, 12);
    const concurrency = int(1, 6);
    const standardQueue = random() < 0.2;
    const recordTimeoutMs = random() < 0.3 ? int(500, 3_000) : undefined;
    const batchSize = standardQueue || random() < 0.8 ? int(1, 10) : int(11, 40);
    const polled = kind.batch === undefined && random() < 0.3;
    const guarded = kind.guarantee !== "at-most-once" && random() < 0.25;
    return {
      name: kind.name,
      effects: kind.effects,
      ...(kind.batch === undefined
        ? { handlers: (world) => handlersOf(kind, world, story, timeoutSeconds) }
        : { batchHandler: (world) => batchHandlerOf(kind, world, story, timeoutSeconds) }),
      ...(polled ? { poll: drawPolling(int, concurrency, timeoutSeconds) } : {}),
      ...(kind.filterPolicy === undefined ? {} : { filterPolicy: kind.filterPolicy }),
      standardQueue,
      batchSize,
      maxConcurrency: int(1, 3),
      timeoutSeconds,
      maxReceiveCount: int(3, 6),
      options: {
        guarantee: kind.guarantee,
        concurrency,
        expired: kind.expired,
        ...(recordTimeoutMs === undefined ? {} : { recordTimeoutMs }),
        ...(guarded ? { circuitBreaker: drawCircuit(int) } : {}),
        backoff: { baseSeconds: 1, capSeconds: int(5, 60) },
      },
    };
  });
}

type Int = (low: number, high: number) => number;

function drawPolling(int: Int, concurrency: number, timeoutSeconds: number) {
  return {
    maxInFlight: int(1, concurrency + 10),
    visibilityTimeoutSeconds: int(6, 40),
    maxProcessingMs: timeoutSeconds * 1_000,
    stopTimeoutMs: int(500, 10_000),
  };
}

function drawCircuit(int: Int) {
  return { failureThreshold: int(1, 4), openSeconds: int(3, 20), maxOpenSeconds: 60, refreshSeconds: int(0, 5) };
}
