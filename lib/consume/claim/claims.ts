import type { SettleResult } from "../../idempotency/index.ts";
import {
  type ClaimEnd,
  type Commit,
  type Decoded,
  type Delivery,
  deadLetterQueueOf,
  duplicateOf,
  type Ended,
  type Execution,
  executionOf,
  type FirstDelivery,
  type Invocation,
  type Limits,
  maxAttemptsOf,
  type Outcome,
  outOfTime,
  type Prepared,
  type Ready,
  unclaimed,
} from "../record/index.ts";
import { attemptsUsedUp, noDeadLetterQueue, outcomeUnknown, storeError } from "./errors.ts";
import { type StoreCallSettings, StoreCalls } from "./store-calls.ts";

/** What claims need to know of the consumer. */
export interface ClaimSettings extends Limits, StoreCallSettings {
  readonly guarantee: "at-most-once" | "exactly-once";
  /** `with-commit`: events are claimed by the transaction that completes them. */
  readonly claim: "before-handler" | "with-commit";
}

/** What an event's handler may still do. */
interface Claimed {
  readonly tries: number;
  readonly interrupted: boolean;
}

/** The claims of one invocation: which events this worker may handle, and which of its deliveries carry the same event. */
export class Claims {
  readonly #settings: ClaimSettings;
  readonly #invocation: Invocation;
  readonly #calls: StoreCalls;
  readonly #firsts = new Map<string, First>();

  constructor(settings: ClaimSettings, invocation: Invocation) {
    this.#settings = settings;
    this.#invocation = invocation;
    this.#calls = new StoreCalls(settings, invocation);
  }

  /**
   * Claims the event of a delivery, in a store call with the deliveries beside it. Never throws.
   *
   * @param startsNow whether its handler starts as soon as it is claimed
   */
  async claim(decoded: Decoded, startsNow: boolean): Promise<Prepared> {
    const { delivery, event } = decoded;
    const earlier = this.#firsts.get(event.key);
    if (earlier !== undefined) {
      return { kind: "repeated", delivery, event, first: earlier };
    }
    const first = new First(delivery, event.digest);
    this.#firsts.set(event.key, first);
    if (this.#settings.claim === "with-commit") {
      return unclaimed(delivery, event);
    }
    if (this.#isOnce() && deadLetterQueueOf(this.#settings, delivery) === undefined) {
      return ended(decoded, { kind: "retry", cause: "dependency", error: noDeadLetterQueue(delivery) }, "none");
    }
    const { letterOf, runsUntil } = delivery;
    if (letterOf !== undefined && runsUntil > this.#settings.clock.now()) {
      return ended(decoded, { kind: "retry", cause: "inProgress", error: undefined, notBefore: runsUntil }, "none");
    }
    const counted = startsNow && !this.#isOnce();
    const claiming = this.#calls.claim(this.#calls.requestFor(event, { startsNow: counted, letterOf }));
    first.claiming = claiming;
    const result = await claiming;
    switch (result.status) {
      case "claimed":
        return this.#claimed(decoded, { tries: result.tries ?? 0, interrupted: result.interrupted ?? false });
      case "done":
        // Known before its turn, in which it is settled.
        first.outcome = duplicateOf(event, result.digest);
        return ended(decoded, first.outcome, "none");
      case "inProgress":
        return ended(
          decoded,
          { kind: "retry", cause: "inProgress", error: undefined, notBefore: result.until },
          "none",
        );
      case "outcomeUnknown":
        return ended(decoded, { kind: "deadLettered", error: outcomeUnknown() }, "leaveToLetter", result.tries);
      case "unavailable": {
        const isOutOfTime = this.#settings.clock.now() >= this.#invocation.deadline;
        const outcome: Outcome = isOutOfTime
          ? outOfTime()
          : { kind: "retry", cause: "dependency", error: storeError(result.error) };
        return ended(decoded, outcome, "releaseIfClaimed", counted ? 1 : 0);
      }
    }
  }

  /** The handler of an event may have been started as often as it may be, by workers that did not live to say so. */
  #claimed(decoded: Decoded, { tries, interrupted }: Claimed): Prepared {
    const { delivery, event } = decoded;
    const most = maxAttemptsOf(this.#settings, delivery);
    return most !== undefined && tries >= most && deadLetterQueueOf(this.#settings, delivery) !== undefined
      ? ended(decoded, { kind: "deadLettered", error: attemptsUsedUp(tries) }, "release", tries)
      : { kind: "ready", delivery, event, claimed: true, tries, interrupted };
  }

  /** Whether the start of an event's handler has to be known even if the handler kills this worker. */
  mustRecordStart({ claimed, interrupted }: Ready): boolean {
    return claimed && (interrupted || this.#isOnce()) && this.#settings.store.start !== undefined;
  }

  /**
   * Records that the handler of an event is about to start. Never throws.
   *
   * @returns what becomes of the event if its handler must not start; `undefined` if it may
   */
  async start(ready: Ready): Promise<Execution | undefined> {
    const result = await this.#calls.start(ready.event.key, (ready.tries ?? 0) + 1, this.#isOnce());
    switch (result.status) {
      case "settled":
        return undefined;
      case "lost":
        return executionOf(ready, { kind: "retry", cause: "inProgress", error: undefined }, "none", ready.tries);
      case "unavailable": {
        const outcome: Outcome = { kind: "retry", cause: "dependency", error: storeError(result.error) };
        return executionOf(ready, outcome, "release", ready.tries);
      }
    }
  }

  /** Marks an event done. Never throws. */
  complete(key: string): Promise<SettleResult> {
    return this.#calls.complete(key);
  }

  /**
   * Gives a claim up, so that the next delivery may claim the event. Never throws.
   *
   * @param tries how often the handler has been started; 0 if the event is to be forgotten
   */
  async release(key: string, tries: number): Promise<SettleResult> {
    const released = await this.#calls.release(key, { tries });
    // At-most-once: the start may have been recorded, and its response lost.
    return released.status === "lost" && this.#isOnce()
      ? await this.#calls.release(key, { tries, state: "started" })
      : released;
  }

  /** Gives up a claim whose response was lost, if it exists. Never throws. @param counted the starts that it counted */
  releaseIfClaimed(key: string, counted: number): Promise<SettleResult> {
    return this.#calls.release(key, { tries: 0, counted });
  }

  /** The token that proves this invocation's claim on an event. */
  tokenOf(key: string): string {
    return this.#calls.claimOn(key).owner;
  }

  /** What writes a handler's effects together with the completion; `undefined` where guarantee or store have no such transaction. */
  commitOf({ event, claimed }: Ready): Commit | undefined {
    const { store, claim } = this.#settings;
    if (claim === "with-commit") {
      const commit = store.commitUnclaimed?.bind(store);
      return commit && ((items, signal) => commit(this.#calls.requestFor(event, { startsNow: true }), items, signal));
    }
    const commit = store.commit?.bind(store);
    if (!claimed || this.#isOnce() || commit === undefined) {
      return undefined;
    }
    return async (items, signal) => {
      await commit(this.#calls.claimOn(event.key), items, signal);
      return { status: "written" };
    };
  }

  #isOnce(): boolean {
    return this.#settings.guarantee === "at-most-once";
  }

  /** It is the turn of a delivery: others of the same event may wait for it from now on. */
  begin({ delivery, event }: Ready): void {
    const first = this.#firsts.get(event.key);
    if (first?.delivery === delivery) {
      first.begun = true;
    }
  }

  /** Tells the other deliveries of the same event what became of the first. */
  settled(delivery: Delivery, key: string, outcome: Outcome): void {
    const first = this.#firsts.get(key);
    if (first?.delivery === delivery) {
      first.settle(outcome);
    }
  }

  /** No handler is running: until {@link relax}, completions and releases wait for no others. */
  hurry(): void {
    this.#calls.hurry();
  }

  /** Handlers run: completions and releases wait for others again. */
  relax(): void {
    this.#calls.relax();
  }
}

/** The first delivery of an event in this invocation. */
class First implements FirstDelivery {
  readonly delivery: Delivery;
  readonly digest: string | undefined;
  readonly settled: Promise<Outcome>;
  begun = false;
  claiming: Promise<unknown> | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  readonly #resolve: (outcome: Outcome) => void;

  constructor(delivery: Delivery, digest: string | undefined) {
    this.delivery = delivery;
    this.digest = digest;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.settled = promise;
    this.#resolve = resolve;
  }

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.#resolve(outcome);
  }
}

function ended(decoded: Decoded, outcome: Outcome, claim: ClaimEnd, tries?: number): Ended {
  return { kind: "ended", execution: executionOf(decoded, outcome, claim, tries) };
}
