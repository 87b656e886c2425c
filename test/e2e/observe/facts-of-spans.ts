import { SpanStatusCode } from "@opentelemetry/api";
import type { TraceFact } from "../../../lib/ops/index.ts";
import type { WrittenSpan } from "./written-span.ts";

/** What spans say of events: publications by `create` spans, outcomes by those of records. */
export function factsOfSpans(spans: readonly WrittenSpan[]): TraceFact[] {
  return spans.flatMap((span): TraceFact[] => {
    const { attributes, functionName: by, traceId } = span;
    const text = (name: string) => (attributes[name] === undefined ? undefined : String(attributes[name]));
    const eventId = text("cloudevents.event_id");
    const ids = {
      eventId: eventId ?? text("messaging.message.id") ?? "",
      event: text("fanfare.event"),
      correlationId: text("messaging.message.conversation_id"),
      causationId: text("fanfare.causation_id"),
    };
    const error = attributes["error.type"] === undefined ? undefined : { name: text("error.type") ?? "", message: "" };
    const destination = text("messaging.destination.name") ?? "";
    const messageId = text("messaging.message.id");
    switch (text("messaging.operation.name")) {
      case "create":
        return [{ kind: "publication", ...ids, traceId, at: span.endMs, target: destination, by, messageId, error }];
      case "process":
        return [
          {
            kind: "outcome",
            ...ids,
            at: span.endMs,
            receivedAt: span.startMs,
            consumer: text("messaging.consumer.group.name") ?? "",
            queue: destination,
            messageId: messageId ?? "",
            attempt: Number(attributes["fanfare.attempt"]),
            outcome: outcomeOf(text("fanfare.outcome")),
            cause: text("fanfare.cause"),
            error,
            redrives: Number(attributes["fanfare.redrives"] ?? 0),
            by,
          },
        ];
      default:
        return [];
    }
  });
}

function outcomeOf(text: string | undefined): Extract<TraceFact, { readonly kind: "outcome" }>["outcome"] {
  switch (text) {
    case "done":
    case "duplicate":
    case "expired":
    case "ignored":
    case "deadLettered":
    case "retry":
      return text;
    default:
      throw new Error(`a record's span has the outcome ${text}`);
  }
}

const KINDS = ["internal", "server", "client", "producer", "consumer"];

/** Spans as text, ids left out: the children of each below it, with its kind, outcome and status, and to what it is linked. */
export function drawn(spans: readonly WrittenSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const nameOf = ({ name, attributes }: WrittenSpan) => {
    const { "fanfare.outcome": outcome, "fanfare.cause": cause, "fanfare.attempt": attempt } = attributes;
    const said = [attempt, outcome, cause].filter((each) => each !== undefined).join(" ");
    return said === "" ? name : `${name}: ${said}`;
  };
  const lines = (span: WrittenSpan, depth: number): string[] => {
    const links = span.links.map((id) => nameOf(byId.get(id) ?? { ...span, name: "?", attributes: {} })).join(", ");
    const status = span.status === SpanStatusCode.ERROR ? ", ERROR" : "";
    const own = `${"  ".repeat(depth)}${nameOf(span)} (${KINDS[span.kind]}${status})${links === "" ? "" : ` -> ${links}`}`;
    return [
      own,
      ...inOrder(spans.filter(({ parentSpanId }) => parentSpanId === span.spanId)).flatMap((each) =>
        lines(each, depth + 1),
      ),
    ];
  };
  return inOrder(spans.filter(({ parentSpanId }) => parentSpanId === undefined || !byId.has(parentSpanId))).flatMap(
    (span) => lines(span, 0),
  );
}

/** By name, then by time: subscribers work side by side. */
function inOrder(spans: readonly WrittenSpan[]): WrittenSpan[] {
  return [...spans].sort((a, b) => (a.name === b.name ? a.startMs - b.startMs : a.name < b.name ? -1 : 1));
}
