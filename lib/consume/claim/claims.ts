import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../clock/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import type { IdempotencyStore, SettleResult } from "../../idempotency/index.ts";
import {
  type Decoded,
  type Delivery,
  executionOf,
  type FirstDelivery,
  type Invocation,
  type Outcome,
  outOfTime,
  type Prepared,
  type ReceivedEvent,
} from "../record/index.ts";
import { StoreCalls } from "./store-calls.ts";

/** What claims need to know of the consumer. */
export interface ClaimSettings {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly guarantee: "at-most-once" | "exactly-once";
}

/** The claims of one invocation: which events this worker may handle, and which of its deliveries carry the same event. */
export class Claims {
  /**
   * Whether events are claimed ahead of their handlers. At-most-once marks events done by claiming them, so it claims an event
   * only when its handler is about to start.
   */
  readonly ahead: boolean;
  readonly #store: IdempotencyStore;
  readonly #clock: Clock;
  readonly #invocation: Invocation;
  readonly #calls: StoreCalls;
  readonly #firsts = new Map<string, First>();

  constructor({ store, clock, guarantee }: ClaimSettings, invocation: Invocation) {
    this.ahead = guarantee !== "at-most-once";
    this.#store = store;
    this.#clock = clock;
    this.#invocation = invocation;
    this.#calls = new StoreCalls(store, invocation, clock, !this.ahead);
  }

  /** Claims the event of a delivery, in a store call with the deliveries beside it. Never throws. */
  async claim(decoded: Decoded): Promise<Prepared> {
    const { delivery, event } = decoded;
    const first = this.#firsts.get(event.key);
    if (first !== undefined) {
      return { kind: "repeated", delivery, event, first };
    }
    this.#firsts.set(event.key, new First(delivery));
    const result = await (this.ahead ? this.#calls.claimAhead(event.key) : this.#calls.claimAtStart(event.key));
    switch (result.status) {
      case "claimed":
        return { kind: "ready", delivery, event, claimed: true };
      case "done":
        return { kind: "ended", execution: executionOf(decoded, { kind: "duplicate" }, "none") };
      case "inProgress": {
        const outcome: Outcome = { kind: "retry", cause: "inProgress", error: undefined, notBefore: result.until };
        return { kind: "ended", execution: executionOf(decoded, outcome, "none") };
      }
      case "unavailable": {
        const isOutOfTime = this.#clock.now() >= this.#invocation.deadline;
        const outcome: Outcome = isOutOfTime
          ? outOfTime()
          : { kind: "retry", cause: "dependency", error: storeError(result.error) };
        return { kind: "ended", execution: executionOf(decoded, outcome, "releaseIfClaimed") };
      }
    }
  }

  /** Marks an event done. Never throws. */
  complete(key: string): Promise<SettleResult> {
    return this.#calls.complete(key);
  }

  /** Gives a claim up, so that the next delivery may claim the event. Never throws. */
  release(key: string): Promise<SettleResult> {
    return this.#calls.release(key);
  }

  /** What `ctx.commit` calls for an event; `undefined` where the guarantee or the store has no such transaction. */
  commitOf(
    event: ReceivedEvent,
  ): ((items: readonly TransactWriteItem[], signal: AbortSignal) => Promise<void>) | undefined {
    const store = this.#store;
    if (!this.ahead || store.commit === undefined) {
      return undefined;
    }
    return async (items, signal) => await store.commit?.(this.#calls.claimOn(event.key), items, signal);
  }

  /** Tells the other deliveries of the same event what became of the first. */
  settled(delivery: Delivery, key: string, outcome: Outcome): void {
    const first = this.#firsts.get(key);
    if (first?.delivery === delivery) {
      first.settle(outcome);
    }
  }

  /** All handlers have ended: completions and releases wait for no more of them. */
  hurry(): void {
    this.#calls.hurry();
  }
}

/** The first delivery of an event in this invocation. */
class First implements FirstDelivery {
  readonly delivery: Delivery;
  readonly settled: Promise<Outcome>;
  outcome: Outcome | undefined = undefined;
  readonly #resolve: (outcome: Outcome) => void;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.settled = promise;
    this.#resolve = resolve;
  }

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.#resolve(outcome);
  }
}

function storeError(cause: unknown): FanfareError {
  return new FanfareError(
    "StoreUnavailable",
    `the idempotency store did not respond: ${describeError(cause).message}`,
    {
      remedy: "check the table, its throttling and the function's permissions",
      cause,
    },
  );
}
