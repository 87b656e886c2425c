import { Batcher } from "../../batch/index.ts";
import type { Clock } from "../../clock/index.ts";
import { FanfareError } from "../../errors/index.ts";
import type { Hook, StoreCalledStep } from "../../hook/index.ts";
import type {
  Claim,
  ClaimRequest,
  ClaimResult,
  IdempotencyStore,
  ReleaseRequest,
  SettleResult,
  StartRequest,
} from "../../idempotency/index.ts";
import { withDeadline } from "../../std/index.ts";
import { claimDeadline, type Invocation, type ReceivedEvent, settleDeadline } from "../record/index.ts";

/** Events per store call: the statements that one `BatchExecuteStatement` takes. */
export const CLAIM_BATCH = 25;

/**
 * Milliseconds that a completion or a release may wait for others. Until a completion is written, a crash would have the event
 * handled again, so it is short; a batch of fast handlers fills its calls sooner.
 */
const SETTLE_LINGER_MS = 20;

/** Milliseconds that the record of a start may wait for others. */
const START_LINGER_MS = 2;

/** Store calls in progress at once. */
const CONCURRENCY = 8;

/** What {@link StoreCalls} needs. */
export interface StoreCallSettings {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly hook: Hook | undefined;
}

/** The calls of one invocation to the idempotency store, shared by its deliveries. Never throw. */
export class StoreCalls {
  readonly #store: IdempotencyStore;
  readonly #invocation: Invocation;
  readonly #clock: Clock;
  readonly #hook: Hook | undefined;
  readonly #owner: string;
  /** Ends the waiting of those whose event is claimed while the store still reads others back, by key. */
  readonly #onClaimed = new Map<string, () => void>();
  readonly #claims: Batcher<ClaimRequest, ClaimResult>;
  readonly #starts: Batcher<StartRequest, SettleResult>;
  readonly #completions: Batcher<Claim, SettleResult>;
  readonly #releases: Batcher<ReleaseRequest, SettleResult>;

  constructor({ store, clock, hook }: StoreCallSettings, invocation: Invocation) {
    this.#store = store;
    this.#invocation = invocation;
    this.#clock = clock;
    this.#hook = hook;
    this.#owner = `${invocation.id}.${Math.floor(clock.random() * 2 ** 52).toString(36)}`;
    this.#claims = this.#batcher("claim", 0, async (requests) => (await this.#claim(requests)).map(knownResult));
    this.#starts = this.#batcher("start", START_LINGER_MS, (starts) =>
      this.#settle("the record of the start", async (signal) => (await store.start?.(starts, signal)) ?? []),
    );
    this.#completions = this.#batcher("complete", SETTLE_LINGER_MS, (claims) =>
      this.#settle("the completion", (signal) => store.complete(claims, signal)),
    );
    this.#releases = this.#batcher("release", SETTLE_LINGER_MS, (claims) =>
      this.#settle("the release", (signal) => store.release(claims, signal)),
    );
    this.#claims.hurry();
  }

  /** The claim on an event that this invocation has made. */
  claimOn(key: string): Claim {
    return { key, owner: this.#owner };
  }

  /** The claim of an event that this invocation would make. */
  requestFor(
    { key, digest }: Pick<ReceivedEvent, "key" | "digest">,
    { startsNow, letterOf }: Pick<ClaimRequest, "startsNow" | "letterOf">,
  ): ClaimRequest {
    return {
      ...this.claimOn(key),
      leaseUntil: this.#invocation.endsAt,
      ...(startsNow === true ? { startsNow } : {}),
      ...(letterOf === undefined ? {} : { letterOf }),
      ...(digest === undefined ? {} : { digest }),
    };
  }

  /** Claims an event, in a call with those that are claimed in the same turn of the event loop. */
  claim(request: ClaimRequest): Promise<ClaimResult> {
    return new Promise((resolve) => {
      const settle = (result: ClaimResult) => {
        this.#onClaimed.delete(request.key);
        resolve(result);
      };
      this.#onClaimed.set(request.key, () => resolve({ status: "claimed" }));
      this.#claims.add(request).then(settle, (error: unknown) => settle(unavailable(error)));
    });
  }

  /** Records that handlers are about to start, in a call with others that come within milliseconds. */
  start(key: string, tries: number, once: boolean): Promise<SettleResult> {
    return this.#starts.add({ ...this.claimOn(key), tries, once }).catch(unavailable);
  }

  complete(key: string): Promise<SettleResult> {
    return this.#completions.add(this.claimOn(key)).catch(unavailable);
  }

  release(key: string, release: Omit<ReleaseRequest, keyof Claim>): Promise<SettleResult> {
    return this.#releases.add({ ...this.claimOn(key), ...release }).catch(unavailable);
  }

  /** Until {@link relax}, completions and releases are written at once. */
  hurry(): void {
    this.#completions.hurry();
    this.#releases.hurry();
  }

  /** Lets completions and releases wait for others again. */
  relax(): void {
    this.#completions.relax();
    this.#releases.relax();
  }

  async #claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimResult[]> {
    const deadline = claimDeadline(this.#invocation, this.#clock);
    return await withDeadline(this.#clock, deadline, tooLate("the claim"), (signal) =>
      this.#store.claim(
        requests,
        signal,
        once((indexes) => this.#claimed(indexes.map((index) => requests[index]?.key))),
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
    operation: StoreCalledStep["operation"],
    lingerMs: number,
    call: (items: readonly Item[]) => Promise<readonly Result[]>,
  ): Batcher<Item, Result> {
    return new Batcher({
      clock: this.#clock,
      maxItems: CLAIM_BATCH,
      concurrency: CONCURRENCY,
      lingerMs,
      send: async (items) => {
        const results = await this.#observed(operation, items.length, () => call(items));
        return results.map((value) => ({ ok: true, value }));
      },
    });
  }

  #observed<Result>(
    operation: StoreCalledStep["operation"],
    events: number,
    call: () => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> {
    const [hook, invocation] = [this.#hook, this.#invocation];
    return hook?.tells("storeCalled") !== true
      ? call()
      : hook.timed(call, ({ at, durationMs, error }) => {
          return { type: "storeCalled", at, durationMs, invocation, operation, events, error };
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

const STATUSES: ReadonlySet<unknown> = new Set(["claimed", "done", "inProgress", "outcomeUnknown", "unavailable"]);

/** A store is the user's code: a result that is none counts as no response. */
function knownResult(result: ClaimResult | undefined): ClaimResult {
  return STATUSES.has(result?.status) && result !== undefined
    ? result
    : unavailable(new Error("the store returned a claim result without a known status"));
}
