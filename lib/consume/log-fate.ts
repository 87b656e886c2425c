import { describeError, isFanfareError } from "../errors/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";

/** Logs a record's fate: ids, attempt and reason, never the body. */
export function logFate(logger: Logger, consumer: string, incoming: Incoming, fate: Fate): void {
  const { event } = incoming;
  const fields: Record<string, unknown> = {
    outcome: fate.kind,
    consumer,
    event: event?.name,
    eventId: event?.id,
    messageId: incoming.messageId,
    attempt: incoming.receiveCount,
    queue: queueName(incoming.queueArn),
  };
  if (fate.kind === "retry") {
    fields.cause = fate.cause;
    fields.afterSeconds = fate.afterSeconds;
  }
  if ("error" in fate && fate.error !== undefined) fields.error = errorFields(fate.error);
  switch (fate.kind) {
    case "retry":
      logger.warn("message to be retried", fields);
      break;
    case "deadLettered":
      logger.error("message dead-lettered", fields);
      break;
    case "expired":
      logger.warn("message expired", fields);
      break;
    case "done":
      logger.info("message done", fields);
      break;
    case "duplicate":
    case "ignored":
      logger.info(`message ${fate.kind}`, fields);
      break;
  }
}

/** The last ARN and its queue's name: all records of an invocation have one. */
let last = { arn: "", name: "" };

function queueName(arn: string): string {
  if (arn !== last.arn) last = { arn, name: arn.slice(arn.lastIndexOf(":") + 1) };
  return last.name;
}

function errorFields(error: unknown): Record<string, unknown> {
  const { name, message } = describeError(error);
  return {
    name: isFanfareError(error) ? error.code : name,
    message,
    ...(error instanceof Error && !isFanfareError(error) && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}
