import { Batcher } from "../batch/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Claim, ClaimResult, IdempotencyStore, SettleResult } from "../idempotency/index.ts";
import type { EntryResult } from "../std/index.ts";
import type { Invocation } from "./invocation.ts";
import { claimBy, settleBy, within } from "./within.ts";

/** Records of one store call: what a PartiQL batch holds. */
export const CLAIM_BATCH = 25;

/**
 * Milliseconds that a completion may wait for others. Until it is written a crash would have the event handled again, so it is
 * short; a batch of fast handlers fills its calls of 25 sooner.
 */
const SETTLE_LINGER_MS = 20;

/** Milliseconds that the claim of a single record may wait for others. */
const CLAIM_LINGER_MS = 2;

/** Calls to the store under way at once. */
const CONCURRENCY = 8;

/** The claims of one invocation: one owner token, and store calls shared by its records. */
export class Claims {
  readonly #store: IdempotencyStore;
  readonly #owner: string;
  readonly #leaseUntil: number;
  readonly #clock: Clock;
  readonly #invocation: Invocation;
  readonly #done: boolean;
  readonly #single: Batcher<string, ClaimResult>;
  readonly #completions: Batcher<Claim, SettleResult>;
  readonly #releases: Batcher<Claim, SettleResult>;

  /** @param done marks events done by claiming them: at-most-once, whichever store the user gave */
  constructor(store: IdempotencyStore, invocation: Invocation, clock: Clock, done: boolean) {
    this.#done = done;
    this.#store = store;
    this.#owner = `${invocation.id}.${Math.floor(clock.random() * 2 ** 52).toString(36)}`;
    this.#leaseUntil = invocation.endsAt;
    this.#clock = clock;
    this.#invocation = invocation;
    const calls = { clock, maxItems: CLAIM_BATCH, concurrency: CONCURRENCY };
    this.#single = new Batcher({
      ...calls,
      lingerMs: CLAIM_LINGER_MS,
      send: async (keys) => (await this.claimAll(keys)).map(fulfilled),
    });
    this.#completions = new Batcher({
      ...calls,
      lingerMs: SETTLE_LINGER_MS,
      send: async (claims) =>
        (
          await within(clock, settleBy(invocation, clock), "the completion", (signal) => store.complete(claims, signal))
        ).map(fulfilled),
    });
    this.#releases = new Batcher({
      ...calls,
      lingerMs: SETTLE_LINGER_MS,
      send: async (claims) =>
        (
          await within(clock, settleBy(invocation, clock), "the release", (signal) => store.release(claims, signal))
        ).map(fulfilled),
    });
  }

  claimOf(key: string): Claim {
    return { key, owner: this.#owner };
  }

  /**
   * Claims distinct keys in one call. Never throws.
   *
   * @param onClaimed told the places of keys that are claimed while others are still looked at; as often and as late as the store
   *   will
   */
  async claimAll(
    keys: readonly string[],
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimResult[]> {
    if (keys.length === 0) return [];
    try {
      const requests = keys.map((key) => ({
        key,
        owner: this.#owner,
        leaseUntil: this.#leaseUntil,
        ...(this.#done ? { done: true } : {}),
      }));
      return await within(this.#clock, claimBy(this.#invocation, this.#clock), "the claim", (signal) =>
        this.#store.claim(requests, signal, onClaimed),
      );
    } catch (error) {
      return keys.map(() => ({ status: "unavailable", error }));
    }
  }

  /** Claims one key, in a call with others that come at the same time. */
  claimOne(key: string): Promise<ClaimResult> {
    return this.#single.add(key);
  }

  complete(key: string): Promise<SettleResult> {
    return this.#completions.add(this.claimOf(key)).catch(unavailable);
  }

  release(key: string): Promise<SettleResult> {
    return this.#releases.add(this.claimOf(key)).catch(unavailable);
  }

  /** Handlers have ended: what they still lead to is written at once. */
  hurry(): void {
    this.#completions.hurry();
    this.#releases.hurry();
  }

  /** Writes what waits now, and resolves when it is written. */
  async flush(): Promise<void> {
    await Promise.all([this.#completions.flush(), this.#releases.flush()]);
  }
}

function fulfilled<Value>(value: Value): EntryResult<Value> {
  return { ok: true, value };
}

function unavailable(error: unknown): SettleResult {
  return { status: "unavailable", error };
}
