import { describeError, isFanfareError } from "../../errors/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import {
  type Delivery,
  type EventInfo,
  type Execution,
  type Logger,
  type Outcome,
  refusedDelay,
} from "../record/index.ts";

/** Logs the outcome of a delivery: ids, attempt and reason, never the body. */
export function logOutcome(
  logger: Logger,
  consumer: string,
  delivery: Delivery,
  event: EventInfo | undefined,
  outcome: Outcome,
): void {
  const fields: Record<string, unknown> = {
    outcome: outcome.kind,
    consumer,
    event: event?.name,
    eventId: event?.id,
    messageId: delivery.messageId,
    attempt: delivery.receiveCount,
    queue: delivery.queueArn.slice(delivery.queueArn.lastIndexOf(":") + 1),
  };
  if (outcome.kind === "retry") {
    fields.cause = outcome.cause;
    fields.afterSeconds = outcome.afterSeconds;
  }
  if ("error" in outcome && outcome.error !== undefined) {
    fields.error = errorFields(outcome.error);
  }
  switch (outcome.kind) {
    case "retry":
      logger.warn("message to be retried", fields);
      break;
    case "deadLettered":
      logger.error("message dead-lettered", fields);
      break;
    case "expired":
      logger.warn("message expired", fields);
      break;
    default:
      logger.info(`message ${outcome.kind}`, fields);
  }
}

function errorFields(error: unknown): Record<string, unknown> {
  const { name, message } = describeError(error);
  return {
    name: isFanfareError(error) ? error.code : name,
    message,
    ...(error instanceof Error && !isFanfareError(error) && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}

/** Warns of a handler that asked for a redelivery after a time that SQS does not take, such as `NaN`. */
export function warnOfRefusedDelay(logger: Logger, { delivery, event }: Execution, error: unknown): void {
  const refused = refusedDelay(error);
  if (refused === undefined) {
    return;
  }
  const what = typeof refused === "number" ? `${refused} seconds` : `a ${typeof refused}`;
  logger.warn(`the handler of ${event?.name} asked for a redelivery after ${what}: the usual backoff is used`, {
    limit: `0 to ${MAX_VISIBILITY_SECONDS} seconds`,
    event: event?.name,
    eventId: event?.id,
    messageId: delivery.messageId,
  });
}
