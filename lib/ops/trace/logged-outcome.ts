import { isJsonObject, type JsonObject, objectOf, parseJson } from "../../std/index.ts";
import type { OutcomeFact, TraceError } from "./facts.ts";
import type { LoggedLine } from "./insights.ts";

const OUTCOMES: readonly OutcomeFact["outcome"][] = [
  "done",
  "duplicate",
  "expired",
  "ignored",
  "deadLettered",
  "retry",
];

/**
 * The outcome that a consumer logged: JSON after the prefix of Lambda's text format, or in the field `message` of its JSON format.
 * The fields are those of docs/observability.md.
 *
 * @returns `undefined` for other lines
 */
export function loggedOutcome({ text, at, logGroup }: LoggedLine): OutcomeFact | undefined {
  const line = objectOf(parseJson(text.slice(Math.max(0, text.indexOf("{"))).trimEnd()));
  const fields = line.outcome === undefined && isJsonObject(line.message) ? line.message : line;
  const outcome = OUTCOMES.find((each) => each === fields.outcome);
  const { consumer, messageId, queue, attempt, redrives, afterSeconds } = fields;
  if (
    outcome === undefined ||
    typeof consumer !== "string" ||
    typeof messageId !== "string" ||
    typeof queue !== "string"
  ) {
    return undefined;
  }
  return {
    kind: "outcome",
    at,
    eventId: textOf(fields.eventId) ?? messageId,
    event: textOf(fields.event),
    correlationId: textOf(fields.correlationId),
    causationId: textOf(fields.causationId),
    traceId: textOf(fields.traceId),
    consumer,
    queue,
    messageId,
    attempt: typeof attempt === "number" ? attempt : 1,
    outcome,
    cause: textOf(fields.cause),
    afterSeconds: typeof afterSeconds === "number" ? afterSeconds : undefined,
    error: isJsonObject(fields.error) ? errorOf(fields.error) : undefined,
    redrives: typeof redrives === "number" ? redrives : undefined,
    by: logGroup.slice(logGroup.lastIndexOf("/") + 1),
  };
}

function errorOf({ name, message }: JsonObject): TraceError {
  return { name: textOf(name) ?? "Error", message: textOf(message) ?? "" };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
