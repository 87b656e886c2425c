import type { Clock } from "../../clock/index.ts";
import { type Hook, redrivesOf } from "../../hook/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import {
  cut,
  type Delivery,
  type EventInfo,
  type Execution,
  errorFields,
  idsOf,
  isLastReceive,
  type Limits,
  type Logger,
  type Outcome,
  refusedDelay,
} from "../record/index.ts";

/** Logs that one of several events of a message failed. */
export function logPart(logger: Logger, delivery: Delivery, event: EventInfo | undefined, outcome: Outcome): void {
  if (outcome.kind === "retry" || outcome.kind === "deadLettered") {
    const error = outcome.error === undefined ? {} : { error: errorFields(outcome.error) };
    logger.warn("one of several events of a message failed", { ...idsOf(delivery, event), ...error });
  }
}

/** What reporting needs to know of the consumer. */
export interface ReportSettings extends Limits {
  readonly consumer: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hook: Hook | undefined;
}

/**
 * Tells the outcome of a delivery once: to the log, and to observers.
 *
 * @param startedAt when its settlement began; not needed where no observer is told that it is settled
 */
export function reportOutcome(
  settings: ReportSettings,
  execution: Execution,
  outcome: Outcome,
  startedAt: number | undefined,
): void {
  logOutcome(settings, execution, outcome);
  const { consumer, hook } = settings;
  if (hook?.tells("settled")) {
    const at = hook.now();
    const { delivery, event, tries } = execution;
    const last = outcome.kind === "retry" && isLastReceive(settings, delivery);
    const durationMs = at - (startedAt ?? at);
    hook.tell({ type: "settled", at, durationMs, consumer, delivery, event, outcome, tries, last });
  }
}

/** Logs the outcome of a delivery: ids, attempt and reason, never the body. */
function logOutcome({ consumer, logger }: ReportSettings, { delivery, event }: Execution, outcome: Outcome): void {
  const fields: Record<string, unknown> = {
    outcome: outcome.kind,
    consumer,
    ...idsOf(delivery, event),
    attempt: delivery.receiveCount,
    queue: cut(delivery.queueArn.slice(delivery.queueArn.lastIndexOf(":") + 1), 100),
    redrives: redrivesOf(delivery) || undefined,
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

/** Warns of a handler that asked for a redelivery after a time that SQS does not take, such as `NaN`. */
export function warnOfRefusedDelay(logger: Logger, { delivery, event }: Execution, error: unknown): void {
  const refused = refusedDelay(error);
  if (refused === undefined) {
    return;
  }
  const what = typeof refused === "number" ? `${refused} seconds` : `a ${typeof refused}`;
  logger.warn(`the handler of ${event?.name} asked for a redelivery after ${what}: the usual backoff is used`, {
    limit: `0 to ${MAX_VISIBILITY_SECONDS} seconds`,
    ...idsOf(delivery, event),
  });
}
