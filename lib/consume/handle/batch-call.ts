import type { Clock } from "../../clock/index.ts";
import { FanfareError, PermanentError } from "../../errors/index.ts";
import type { Hook } from "../../hook/index.ts";
import { eventLogger, type Invocation, type Logger, type Ready } from "../record/index.ts";
import type { AnyBatchHandler, AnyItem } from "./batch-item.ts";
import { tellEnded, tellStarted } from "./observed.ts";
import { type HandlerResult, RunningHandlers } from "./running-handlers.ts";
import { thrownValue } from "./thrown.ts";

/** What calling a batch handler needs to know of the consumer. */
export interface BatchSettings {
  readonly handler: AnyBatchHandler;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How a batch handler ended, for each of its items. */
export type BatchResult = (ready: Ready) => HandlerResult;

/**
 * Passes all events of an invocation to one handler. Never throws.
 *
 * @param hook of the invocation
 */
export async function callBatchHandler(
  { handler, clock, logger }: BatchSettings,
  hook: Hook | undefined,
  invocation: Invocation,
  batch: readonly Ready[],
): Promise<BatchResult> {
  const { deadline, signal: stop } = invocation;
  const failures = new Map<Ready, unknown>();
  const items = batch.map((ready) => itemOf(ready, failures, logger, hook));
  const startedAt = clock.now();
  hook && batch.map((ready) => tellStarted(hook, startedAt, ready));
  const whole = await new RunningHandlers(clock, stop).run({ deadline, late: timedOut }, ({ signal }) => {
    const call = () => handler(items, { signal, logger, remainingMs: () => Math.max(0, deadline - clock.now()) });
    return hook === undefined
      ? call()
      : hook.runInside(
          batch.map(({ delivery }) => delivery),
          call,
        );
  });
  const resultOf: BatchResult = (ready) =>
    whole.kind === "returned" && failures.has(ready) ? { kind: "threw", error: failures.get(ready) } : whole;
  if (hook?.tells("ended")) {
    const at = hook.now();
    batch.map((ready) => tellEnded(hook, at, startedAt, ready, resultOf(ready)));
  }
  return resultOf;
}

function itemOf(ready: Ready, failures: Map<Ready, unknown>, logger: Logger, hook: Hook | undefined): AnyItem {
  const { delivery, event } = ready;
  return {
    name: event.info.name,
    data: event.data,
    event: event.info,
    record: delivery.record,
    attempt: delivery.receiveCount,
    idempotencyKey: event.key,
    logger: eventLogger(logger, delivery, event.info, hook),
    fail: (error) => {
      failures.set(ready, thrownValue(error));
    },
    deadLetter: (reason) => {
      failures.set(ready, new PermanentError(reason));
    },
  };
}

function timedOut(): FanfareError {
  return new FanfareError("HandlerTimeout", "the batch handler did not finish in the invocation's time", {
    remedy: "lower batchSize, raise the function's timeout, or pass signal on",
  });
}
