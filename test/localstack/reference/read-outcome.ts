import type { ConsumerOutcome } from "../../../lib/local/index.ts";
import { isJsonObject, objectOf, parseJson } from "../../../lib/std/index.ts";

const KINDS = ["done", "duplicate", "expired", "ignored", "deadLettered", "retry"] as const;

/** Reads, in a log that is all there is of a function elsewhere, the line of JSON in which a consumer logs what became of a message; `undefined` for any other line. */
export function readOutcome(line: string): ConsumerOutcome | undefined {
  const fields = line.includes('"outcome"') ? objectOf(parseJson(line)) : {};
  const outcome = KINDS.find((kind) => kind === fields.outcome);
  const consumer = stringOf(fields.consumer);
  const messageId = stringOf(fields.messageId);
  if (outcome === undefined || consumer === undefined || messageId === undefined) {
    return undefined;
  }
  return {
    outcome,
    consumer,
    event: stringOf(fields.event),
    eventId: stringOf(fields.eventId),
    messageId,
    attempt: numberOf(fields.attempt),
    queue: stringOf(fields.queue) ?? "",
    cause: stringOf(fields.cause),
    afterSeconds: numberOf(fields.afterSeconds),
    error: errorOf(fields.error),
  };
}

function errorOf(value: unknown): ConsumerOutcome["error"] {
  if (!isJsonObject(value)) {
    return undefined;
  }
  const { name, message, stack } = value;
  return {
    name: stringOf(name) ?? "Error",
    message: stringOf(message) ?? "",
    ...(typeof stack === "string" ? { stack } : {}),
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
