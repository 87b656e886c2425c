import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../clock/index.ts";
import { FanfareError, PermanentError, RetryError } from "../errors/index.ts";
import type { Claim, IdempotencyStore } from "../idempotency/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../wire/index.ts";
import { type Alarm, Waiter } from "./alarm.ts";
import type { HandlerContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";
import { thrownValue } from "./thrown.ts";

/** What all handlers of an invocation share. */
export interface HandlerSurroundings {
  readonly store: IdempotencyStore | undefined;
  /** Aborted when handlers are to be given up before their time. */
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What running a handler needs. */
export interface HandlerRun {
  readonly handler: AnyHandler;
  readonly incoming: Incoming;
  readonly event: ReceivedEvent;
  readonly key: string;
  readonly claim: Claim | undefined;
  /** Rings when the handler is given up. */
  readonly alarm: Alarm;
  /** When it is started, in milliseconds since the epoch. */
  readonly now: number;
  readonly around: HandlerSurroundings;
}

/** How a handler ended. */
export type HandlerOutcome =
  | { readonly kind: "returned"; readonly committed: boolean }
  | { readonly kind: "threw"; readonly error: unknown; readonly committed: boolean }
  /** It is still running: its claim must stay, or another worker would run beside it. */
  | { readonly kind: "timedOut"; readonly error: FanfareError };

const RETURNED: HandlerOutcome = { kind: "returned", committed: false };

/**
 * Runs a handler for one record, within its time. Never throws.
 *
 * @param ended called once, at once for a handler that answers no promise
 */
export function runHandler(run: HandlerRun, ended: (outcome: HandlerOutcome) => void): void {
  new HandlerCall(run, ended).start();
}

/**
 * One call of a handler. An object with one callback: promises and closures for each way that it can end would be made a thousand
 * times a batch.
 */
class HandlerCall extends Waiter {
  readonly #run: HandlerRun;
  readonly #ended: (outcome: HandlerOutcome) => void;
  readonly #controller = new AbortController();
  #committed = false;
  #over = false;
  #onStop: (() => void) | undefined;

  constructor(run: HandlerRun, ended: (outcome: HandlerOutcome) => void) {
    super();
    this.#run = run;
    this.#ended = ended;
  }

  start(): void {
    const { handler, event, alarm, around, now } = this.#run;
    let handled: unknown;
    try {
      handled = handler(event.data, this.#context());
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
    alarm.add(this, now);
    if (around.signal !== undefined) {
      this.#onStop = () => this.#giveUp(stopped(this.#run));
      around.signal.addEventListener("abort", this.#onStop, { once: true });
    }
    Promise.resolve(handled).then(
      () => this.#end(this.#returned()),
      (error: unknown) => this.#end(this.#threw(error)),
    );
  }

  #context(): HandlerContext {
    const { incoming, event, alarm, around, key } = this.#run;
    const { signal } = this.#controller;
    return {
      event: event.info,
      record: incoming.record,
      attempt: incoming.receiveCount,
      idempotencyKey: key,
      signal,
      logger: around.logger,
      remainingMs: () => Math.max(0, alarm.at - around.clock.now()),
      retry,
      deadLetter,
      commit: async (items) => {
        await commit(this.#run, items, signal);
        this.#committed = true;
      },
    };
  }

  /** The alarm rings: the handler's time is over. */
  ring(): void {
    this.#giveUp(timedOut(this.#run, this.#run.alarm.at - this.#run.now));
  }

  #giveUp(error: FanfareError): void {
    this.#end({ kind: "timedOut", error });
    this.#controller.abort(error);
  }

  #end(outcome: HandlerOutcome): void {
    // One that was given up may still end by itself.
    if (this.#over) return;
    this.#over = true;
    this.#run.alarm.remove(this);
    if (this.#onStop !== undefined) this.#run.around.signal?.removeEventListener("abort", this.#onStop);
    this.#ended(outcome);
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

function timedOut(run: HandlerRun, ms: number): FanfareError {
  return new FanfareError("HandlerTimeout", `the handler did not finish in ${ms} ms`, {
    field: run.event.info.name,
    limit: `${ms} ms`,
    remedy: "raise the function's timeout or recordTimeoutMs, lower batchSize, or pass ctx.signal on",
  });
}

function stopped(run: HandlerRun): FanfareError {
  return new FanfareError("HandlerTimeout", "the handler did not finish before the poller had to stop", {
    field: run.event.info.name,
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

async function commit(run: HandlerRun, items: readonly TransactWriteItem[], signal: AbortSignal): Promise<void> {
  const { store } = run.around;
  if (run.claim === undefined || store?.commit === undefined) {
    throw new FanfareError("ConfigurationInvalid", "ctx.commit has no claim to complete", {
      field: "commit",
      remedy: 'set guarantee: "exactly-once" with a store in DynamoDB, or write the items with your own client',
    });
  }
  await store.commit(run.claim, items, signal);
}
