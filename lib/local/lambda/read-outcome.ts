import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";

const KINDS = ["done", "duplicate", "expired", "ignored", "deadLettered", "retry"] as const;

/** What a consumer did with one message, as it logged it. */
export interface LoggedOutcome {
  readonly outcome: "done" | "duplicate" | "expired" | "ignored" | "deadLettered" | "retry";
  readonly consumer: string;
  /** Name of the event in its contract; `undefined` where the message could not be read. */
  readonly event: string | undefined;
  readonly eventId: string | undefined;
  readonly messageId: string;
  /** Receive count, from 1. */
  readonly attempt: number | undefined;
  /** Name of the queue. */
  readonly queue: string;
  /** Of a retry: why. */
  readonly cause: string | undefined;
  /** Of a retry: seconds until the message is redelivered, where the handler asked for that. */
  readonly afterSeconds: number | undefined;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string } | undefined;
}

/** Reads the line of JSON in which a consumer logs what became of a message; `undefined` for any other line. */
export function readOutcome(line: string): LoggedOutcome | undefined {
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

function errorOf(value: unknown): LoggedOutcome["error"] {
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
