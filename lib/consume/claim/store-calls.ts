import { Batcher } from "../../batch/index.ts";
import type { Clock } from "../../clock/index.ts";
import { FanfareError } from "../../errors/index.ts";
import type { Claim, ClaimResult, IdempotencyStore, SettleResult } from "../../idempotency/index.ts";
import { withDeadline } from "../../std/index.ts";
import { claimDeadline, type Invocation, settleDeadline } from "../record/index.ts";

/** Events per store call: the statements that one `BatchExecuteStatement` takes. */
export const CLAIM_BATCH = 25;

/**
 * Milliseconds that a completion or a release may wait for others. Until a completion is written, a crash would have the event
 * handled again, so it is short; a batch of fast handlers fills its calls sooner.
 */
const SETTLE_LINGER_MS = 20;

/** Milliseconds that the claim of a single event may wait for others. */
const CLAIM_LINGER_MS = 2;

/** Store calls in progress at once. */
const CONCURRENCY = 8;

/** The calls of one invocation to the idempotency store, shared by its deliveries. Never throw. */
export class StoreCalls {
  readonly #store: IdempotencyStore;
  readonly #invocation: Invocation;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #doneOnClaim: boolean;
  /** Ends the waiting of those whose event is claimed while the store still reads others back, by key. */
  readonly #onClaimed = new Map<string, () => void>();
  readonly #claimsAhead: Batcher<string, ClaimResult>;
  readonly #claimsAtStart: Batcher<string, ClaimResult>;
  readonly #completions: Batcher<Claim, SettleResult>;
  readonly #releases: Batcher<Claim, SettleResult>;

  /** @param doneOnClaim marks events done by claiming them: at-most-once, whichever store the user gave */
  constructor(store: IdempotencyStore, invocation: Invocation, clock: Clock, doneOnClaim: boolean) {
    this.#store = store;
    this.#invocation = invocation;
    this.#clock = clock;
    this.#owner = `${invocation.id}.${Math.floor(clock.random() * 2 ** 52).toString(36)}`;
    this.#doneOnClaim = doneOnClaim;
    const claim = async (keys: readonly string[]) => (await this.#claim(keys)).map(knownResult);
    this.#claimsAhead = this.#batcher(0, claim);
    this.#claimsAtStart = this.#batcher(CLAIM_LINGER_MS, claim);
    this.#completions = this.#batcher(SETTLE_LINGER_MS, (claims) =>
      this.#settle("the completion", (signal) => store.complete(claims, signal)),
    );
    this.#releases = this.#batcher(SETTLE_LINGER_MS, (claims) =>
      this.#settle("the release", (signal) => store.release(claims, signal)),
    );
    this.#claimsAhead.hurry();
  }

  /** The claim on an event that this invocation has made. */
  claimOn(key: string): Claim {
    return { key, owner: this.#owner };
  }

  /** Claims an event, in a call with those that are claimed in the same turn of the event loop. */
  claimAhead(key: string): Promise<ClaimResult> {
    return new Promise((resolve) => {
      this.#onClaimed.set(key, () => resolve({ status: "claimed" }));
      this.#claimsAhead.add(key).then(resolve, (error: unknown) => resolve(unavailable(error)));
    });
  }

  /** Claims an event whose handler is about to start, in a call with others that come within milliseconds. */
  claimAtStart(key: string): Promise<ClaimResult> {
    return this.#claimsAtStart.add(key).catch(unavailable);
  }

  complete(key: string): Promise<SettleResult> {
    return this.#completions.add(this.claimOn(key)).catch(unavailable);
  }

  release(key: string): Promise<SettleResult> {
    return this.#releases.add(this.claimOn(key)).catch(unavailable);
  }

  /** All handlers have ended: completions and releases are written at once from now on. */
  hurry(): void {
    this.#completions.hurry();
    this.#releases.hurry();
  }

  async #claim(keys: readonly string[]): Promise<readonly ClaimResult[]> {
    const requests = keys.map((key) => ({
      key,
      owner: this.#owner,
      leaseUntil: this.#invocation.endsAt,
      ...(this.#doneOnClaim ? { done: true } : {}),
    }));
    const deadline = claimDeadline(this.#invocation, this.#clock);
    return await withDeadline(this.#clock, deadline, tooLate("the claim"), (signal) =>
      this.#store.claim(
        requests,
        signal,
        once((indexes) => this.#claimed(indexes.map((index) => keys[index]))),
      ),
    );
  }

  #claimed(keys: readonly (string | undefined)[]): void {
    for (const key of keys) {
      this.#onClaimed.get(key ?? "")?.();
    }
  }

  async #settle(
    what: string,
    call: (signal: AbortSignal) => Promise<readonly SettleResult[]>,
  ): Promise<readonly SettleResult[]> {
    return await withDeadline(this.#clock, settleDeadline(this.#invocation, this.#clock), tooLate(what), call);
  }

  #batcher<Item, Result>(
    lingerMs: number,
    call: (items: readonly Item[]) => Promise<readonly Result[]>,
  ): Batcher<Item, Result> {
    return new Batcher({
      clock: this.#clock,
      maxItems: CLAIM_BATCH,
      concurrency: CONCURRENCY,
      lingerMs,
      send: async (items) => (await call(items)).map((value) => ({ ok: true, value })),
    });
  }
}

function unavailable(error: unknown): { readonly status: "unavailable"; readonly error: unknown } {
  return { status: "unavailable", error };
}

function tooLate(what: string): () => FanfareError {
  return () => new FanfareError("DeadlineTooClose", `${what} did not end in the invocation's time`);
}

/** Ignores every call but the first: a user's store may call back more often than it should, and too late. */
function once<Argument>(callback: (argument: Argument) => void): (argument: Argument) => void {
  let called = false;
  return (argument) => {
    if (!called) {
      called = true;
      callback(argument);
    }
  };
}

const STATUSES: ReadonlySet<unknown> = new Set(["claimed", "done", "inProgress", "unavailable"]);

/** A store is the user's code: a result that is none counts as no response. */
function knownResult(result: ClaimResult | undefined): ClaimResult {
  return STATUSES.has(result?.status) && result !== undefined
    ? result
    : unavailable(new Error("the store returned a claim result without a known status"));
}
