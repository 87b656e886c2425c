import type { Clock } from "../../clock/index.ts";
import { FanfareError, PermanentError } from "../../errors/index.ts";
import { eventLogger, type Invocation, type Logger, type Ready } from "../record/index.ts";
import type { AnyBatchHandler, AnyItem } from "./batch-item.ts";
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

/** Passes all events of an invocation to one handler. Never throws. */
export async function callBatchHandler(
  { handler, clock, logger }: BatchSettings,
  invocation: Invocation,
  batch: readonly Ready[],
): Promise<BatchResult> {
  const { deadline, signal: stop } = invocation;
  const failures = new Map<Ready, unknown>();
  const items = batch.map((ready) => itemOf(ready, failures, logger));
  const whole = await new RunningHandlers(clock, stop).run({ deadline, late: timedOut }, ({ signal }) =>
    handler(items, { signal, logger, remainingMs: () => Math.max(0, deadline - clock.now()) }),
  );
  return (ready) =>
    whole.kind === "returned" && failures.has(ready) ? { kind: "threw", error: failures.get(ready) } : whole;
}

function itemOf(ready: Ready, failures: Map<Ready, unknown>, logger: Logger): AnyItem {
  const { delivery, event } = ready;
  return {
    name: event.info.name,
    data: event.data,
    event: event.info,
    record: delivery.record,
    attempt: delivery.receiveCount,
    idempotencyKey: event.key,
    get logger() {
      return eventLogger(logger, delivery, event.info);
    },
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
