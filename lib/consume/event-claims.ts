import { describeError, FanfareError } from "../errors/index.ts";
import type { Claims } from "./claims.ts";
import type { Fate } from "./fate.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Claiming, Work } from "./work.ts";

/** Told which events may be handled; see {@link EventClaims.claim}. */
export type OnReady = (answers: readonly (Claiming | undefined)[]) => void;

/** Which events of an invocation are claimed, and which of its records are the same event. */
export class EventClaims {
  readonly #claims: Claims | undefined;
  /** Releases that nobody waits for before the invocation's end. */
  readonly #releases: Promise<unknown>[] = [];
  /** The first record of each event, and its fate to come. */
  readonly #firsts = new Map<string, { promise: Promise<Fate>; resolve(fate: Fate): void; fate: Fate | undefined }>();

  /** @param claims `undefined` without a store: then every event may be handled */
  constructor(claims: Claims | undefined) {
    this.#claims = claims;
  }

  /**
   * Claims events in as few store calls as there can be. Every event that may be handled must be concluded. One that another
   * record of this invocation is already at is answered with that record's fate to come.
   *
   * @param shared waits a moment to share the call with claims of other records
   * @param onReady may be told, once, the answers for events that may be handled while others are still looked at; their places
   *   are empty
   */
  claim(works: readonly Work[], shared = false, onReady?: OnReady): MaybePromise<readonly Claiming[]> {
    return this.#claims === undefined ? works : this.#claimFrom(this.#claims, works, shared, onReady);
  }

  async #claimFrom(
    claims: Claims,
    works: readonly Work[],
    shared: boolean,
    onReady: OnReady | undefined,
  ): Promise<readonly Claiming[]> {
    const answers = new Array<Claiming>(works.length);
    const mine: { work: Work; at: number }[] = [];
    for (const [at, work] of works.entries()) {
      const first = this.#firsts.get(work.key);
      if (first !== undefined) answers[at] = { first: first.promise, settled: () => first.fate };
      else {
        this.#register(work.key);
        mine.push({ work, at });
      }
    }
    // Stores of others may call back when it is too late, or twice.
    let told = onReady === undefined;
    const onClaimed = (indexes: readonly number[]) => {
      if (told) return;
      told = true;
      for (const index of indexes) {
        const entry = mine[index];
        if (entry !== undefined) answers[entry.at] = held(entry.work);
      }
      onReady?.(answers);
    };
    const keys = mine.map(({ work }) => work.key);
    const outcomes = shared
      ? await Promise.all(keys.map((key) => claims.claimOne(key)))
      : await claims.claimAll(keys, onClaimed);
    told = true;
    for (const [index, { work, at }] of mine.entries()) {
      // It is being handled already, whatever became of the rest of the call.
      if (answers[at] !== undefined) continue;
      const outcome = outcomes[index] ?? {
        status: "unavailable",
        error: new Error("the store answered too few outcomes"),
      };
      switch (outcome.status) {
        case "claimed":
          answers[at] = held(work);
          break;
        case "done":
          answers[at] = { fate: { kind: "duplicate" } };
          break;
        case "inProgress":
          answers[at] = { fate: { kind: "retry", cause: "inProgress", error: undefined, notBefore: outcome.until } };
          break;
        case "unavailable":
          // It may be claimed all the same, if only the answer was lost: let the next try have it.
          this.#releases.push(claims.release(work.key));
          answers[at] = { fate: { kind: "retry", cause: "dependency", error: storeError(outcome.error) } };
          break;
      }
    }
    return answers;
  }

  /** Notes the fate of an event, for records of the same event. */
  settled(key: string, fate: Fate): void {
    // Nobody can follow without claims.
    if (this.#claims === undefined) return;
    const first = this.#firsts.get(key);
    if (first === undefined || first.fate !== undefined) return;
    first.fate = fate;
    first.resolve(fate);
  }

  /** Resolves when the releases that nobody waited for are done. */
  async settle(): Promise<void> {
    await Promise.all(this.#releases);
  }

  #register(key: string): void {
    const { promise, resolve } = Promise.withResolvers<Fate>();
    this.#firsts.set(key, { promise, resolve, fate: undefined });
  }
}

function held(work: Work): Work {
  work.claimed = true;
  return work;
}

function storeError(cause: unknown): FanfareError {
  return new FanfareError("StoreUnavailable", `the idempotency store did not answer: ${describeError(cause).message}`, {
    remedy: "check the table, its throttling and the function's permissions; the message is tried again",
    cause,
  });
}
