import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../clock/index.ts";
import { FanfareError, PermanentError, RetryError } from "../errors/index.ts";
import type { Claim, IdempotencyStore } from "../idempotency/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../wire/index.ts";
import type { HandlerContext } from "./context.ts";
import type { ReceivedEvent } from "./event.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";

/** What running a handler needs. */
export interface HandlerRun {
  readonly handler: AnyHandler;
  readonly incoming: Incoming;
  readonly event: ReceivedEvent;
  readonly key: string;
  readonly claim: Claim | undefined;
  readonly store: IdempotencyStore | undefined;
  /** Milliseconds since the epoch at which the handler is given up. */
  readonly giveUpAt: number;
  /** Aborted when it is to be given up sooner. */
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

/** Runs a handler for one record, within its time. Never throws. */
export async function runHandler(run: HandlerRun): Promise<HandlerOutcome> {
  const { clock, giveUpAt } = run;
  const controller = new AbortController();
  const started = clock.now();
  const state = { committed: false };
  const context = contextFor(run, controller.signal, state);

  const { promise: gaveUp, resolve } = Promise.withResolvers<HandlerOutcome>();
  const giveUp = (error: FanfareError) => {
    resolve({ kind: "timedOut", error });
    controller.abort(error);
  };
  const cancel = clock.timer(Math.max(0, giveUpAt - started), () => giveUp(timedOut(run, giveUpAt - started)));
  const onStop = () => giveUp(stopped(run));
  run.signal?.addEventListener("abort", onStop, { once: true });
  const handled = invoke(run.handler, run.event.data, context).then(
    (): HandlerOutcome => ({ kind: "returned", committed: state.committed }),
    (error: unknown): HandlerOutcome => ({ kind: "threw", error, committed: state.committed }),
  );
  try {
    return await Promise.race([handled, gaveUp]);
  } finally {
    cancel();
    run.signal?.removeEventListener("abort", onStop);
  }
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

async function invoke(handler: AnyHandler, data: unknown, context: HandlerContext): Promise<void> {
  await handler(data, context);
}

function contextFor(run: HandlerRun, signal: AbortSignal, state: { committed: boolean }): HandlerContext {
  const { incoming, event, clock, giveUpAt } = run;
  return {
    event: event.info,
    record: incoming.record,
    attempt: incoming.receiveCount,
    idempotencyKey: run.key,
    signal,
    logger: run.logger,
    remainingMs: () => Math.max(0, giveUpAt - clock.now()),
    retry: ({ after, reason } = {}) => {
      throw new RetryError(
        reason ?? "the handler asked for a retry",
        after === undefined ? {} : { after: seconds(after) },
      );
    },
    deadLetter: (reason) => {
      throw new PermanentError(reason);
    },
    commit: async (items) => {
      await commit(run, items, signal);
      state.committed = true;
    },
  };
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
  if (run.claim === undefined || run.store?.commit === undefined) {
    throw new FanfareError("ConfigurationInvalid", "ctx.commit has no claim to complete", {
      field: "commit",
      remedy: 'set guarantee: "exactly-once" with a store in DynamoDB, or write the items with your own client',
    });
  }
  await run.store.commit(run.claim, items, signal);
}
