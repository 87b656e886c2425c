import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../clock/index.ts";
import { FanfareError, PermanentError, RetryError } from "../errors/index.ts";
import type { Claim, IdempotencyStore } from "../idempotency/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../wire/index.ts";
import { type Alarm, Waiter } from "./alarm.ts";
import type { HandlerContext } from "./context.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Logger } from "./logger.ts";
import { thrownValue } from "./thrown.ts";
import type { Work } from "./work.ts";

/** What all handlers of an invocation share. */
export interface HandlerSurroundings {
  readonly store: IdempotencyStore | undefined;
  /** The claim that `ctx.commit` completes; `undefined` where there is none. */
  readonly claimOf: (work: Work) => Claim | undefined;
  /** Aborted when handlers are to be given up before their time. */
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How a handler ended. */
export type HandlerOutcome =
  | { readonly kind: "returned"; readonly committed: boolean }
  | { readonly kind: "threw"; readonly error: unknown; readonly committed: boolean }
  /** It is still running: its claim must stay, or another worker would run beside it. */
  | { readonly kind: "timedOut"; readonly error: FanfareError };

const RETURNED: HandlerOutcome = { kind: "returned", committed: false };

/**
 * One call of a handler for one record, within its time. An object with one callback, which all calls may share: promises and
 * closures for each way that a call can end would be made a thousand times a batch.
 */
export class HandlerCall extends Waiter {
  readonly #work: Work;
  readonly #alarm: Alarm;
  readonly #now: number;
  readonly #around: HandlerSurroundings;
  readonly #ended: (work: Work, outcome: HandlerOutcome) => void;
  readonly #controller = new AbortController();
  #committed = false;
  #over = false;
  #onStop: (() => void) | undefined = undefined;

  /**
   * @param alarm rings when the handler is given up
   * @param now milliseconds since the epoch
   * @param ended called once, at once for a handler that answers no promise
   */
  constructor(
    work: Work,
    alarm: Alarm,
    now: number,
    around: HandlerSurroundings,
    ended: (work: Work, outcome: HandlerOutcome) => void,
  ) {
    super();
    this.#work = work;
    this.#alarm = alarm;
    this.#now = now;
    this.#around = around;
    this.#ended = ended;
  }

  /** Calls the handler. Never throws. */
  start(handler: AnyHandler): void {
    let handled: unknown;
    try {
      handled = handler(this.#work.event.data, this.#context());
      // Looks at `then`, which may be a getter that throws.
      if (!isThenable(handled)) handled = undefined;
    } catch (error) {
      this.#end(this.#threw(error));
      return;
    }
    if (handled === undefined) {
      this.#end(this.#returned());
      return;
    }
    this.#alarm.add(this, this.#now);
    const { signal } = this.#around;
    if (signal !== undefined) {
      this.#onStop = () => this.#giveUp(stopped(this.#work));
      signal.addEventListener("abort", this.#onStop, { once: true });
    }
    Promise.resolve(handled).then(
      () => this.#end(this.#returned()),
      (error: unknown) => this.#end(this.#threw(error)),
    );
  }

  #context(): HandlerContext {
    const { incoming, event, key } = this.#work;
    return {
      event: event.info,
      record: incoming.record,
      attempt: incoming.receiveCount,
      idempotencyKey: key,
      signal: this.#controller.signal,
      logger: this.#around.logger,
      remainingMs: this.#alarm.remainingMs,
      retry,
      deadLetter,
      commit: this.#work.claimed ? (items) => this.#commit(items) : refuseCommit,
    };
  }

  async #commit(items: readonly TransactWriteItem[]): Promise<void> {
    const { store, claimOf } = this.#around;
    const claim = claimOf(this.#work);
    if (claim === undefined || store?.commit === undefined) return await refuseCommit();
    await store.commit(claim, items, this.#controller.signal);
    this.#committed = true;
  }

  /** The alarm rings: the handler's time is over. */
  ring(): void {
    this.#giveUp(timedOut(this.#work, this.#alarm.at - this.#now));
  }

  #giveUp(error: FanfareError): void {
    this.#end({ kind: "timedOut", error });
    this.#controller.abort(error);
  }

  #end(outcome: HandlerOutcome): void {
    // One that was given up may still end by itself.
    if (this.#over) return;
    this.#over = true;
    this.#alarm.remove(this);
    if (this.#onStop !== undefined) this.#around.signal?.removeEventListener("abort", this.#onStop);
    this.#ended(this.#work, outcome);
  }

  #returned(): HandlerOutcome {
    return this.#committed ? { kind: "returned", committed: true } : RETURNED;
  }

  #threw(error: unknown): HandlerOutcome {
    return { kind: "threw", error: thrownValue(error), committed: this.#committed };
  }
}

function isThenable(value: unknown): boolean {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && "then" in value;
}

function timedOut(work: Work, ms: number): FanfareError {
  return new FanfareError("HandlerTimeout", `the handler did not finish in ${ms} ms`, {
    field: work.event.info.name,
    limit: `${ms} ms`,
    remedy: "raise the function's timeout or recordTimeoutMs, lower batchSize, or pass ctx.signal on",
  });
}

function stopped(work: Work): FanfareError {
  return new FanfareError("HandlerTimeout", "the handler did not finish before the poller had to stop", {
    field: work.event.info.name,
    remedy: "raise stopTimeoutMs, or pass ctx.signal on",
  });
}

function retry({ after, reason }: { readonly after?: number; readonly reason?: string } = {}): never {
  throw new RetryError(reason ?? "the handler asked for a retry", after === undefined ? {} : { after: seconds(after) });
}

function deadLetter(reason: string): never {
  throw new PermanentError(reason);
}

function seconds(after: number): number {
  if (Number.isFinite(after) && after >= 0 && after <= MAX_VISIBILITY_SECONDS) return after;
  throw new FanfareError("MessageInvalid", `retry after ${after} seconds is not possible`, {
    field: "after",
    limit: `0 to ${MAX_VISIBILITY_SECONDS} seconds`,
    remedy: "publish an event for later instead of waiting longer in the queue",
  });
}

async function refuseCommit(): Promise<never> {
  throw new FanfareError("ConfigurationInvalid", "ctx.commit has no claim to complete", {
    field: "commit",
    remedy: 'set guarantee: "exactly-once" with a store in DynamoDB, or write the items with your own client',
  });
}
