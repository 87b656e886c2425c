import { traceIdOf } from "../../hook/index.ts";
import type { LocalRuntimeOptions, OutcomeEntry, PublishedEntry, RuntimeEvent } from "../../local/index.ts";
import type { TraceFact, TraceJournal } from "../../ops/index.ts";
import { objectOf } from "../../std/index.ts";
import { unwrapBody } from "../../wire/index.ts";

/** Listeners of a runtime that record what happens into a journal. */
export function recordInto(
  journal: TraceJournal,
): Required<Pick<LocalRuntimeOptions, "onOutcome" | "onPublished" | "onEvent">> {
  return {
    onOutcome: (entry) => journal.add(factOfOutcome(entry)),
    onPublished: (entry) => journal.add(factOfPublished(entry)),
    onEvent: (event) => {
      const fact = factOfEvent(event);
      if (fact !== undefined) {
        journal.add(fact);
      }
    },
  };
}

/** What a consumer did with a message. One that could not be read goes by its message id. */
function factOfOutcome({ functionName, outcome: told }: OutcomeEntry): TraceFact {
  const { eventId, settledAt, attempt, error, ...rest } = told;
  return {
    ...rest,
    kind: "outcome",
    at: settledAt ?? Date.now(),
    eventId: eventId ?? told.messageId,
    attempt: attempt ?? 1,
    error: error === undefined ? undefined : { name: error.name, message: error.message },
    by: functionName,
  };
}

/** What a publisher did with an event. */
function factOfPublished({ functionName, event }: PublishedEntry): TraceFact {
  const { target, traceparent, ...rest } = event;
  return { ...rest, kind: "publication", target: lastPart(target), traceId: traceIdOf(traceparent), by: functionName };
}

/** A message that a filter policy held back; other things that happen in the runtime are no facts about one event. */
function factOfEvent(event: RuntimeEvent): TraceFact | undefined {
  if (event.type !== "notSubscribed") {
    return undefined;
  }
  const { id, type } = objectOf(unwrapBody(event.body).json);
  return {
    kind: "filtered",
    at: Date.now(),
    eventId: typeof id === "string" ? id : event.messageId,
    event: typeof type === "string" ? lastPart(type.replaceAll(".", ":")) : undefined,
    queue: lastPart(event.endpoint),
  };
}

/** The name in an ARN or a URL. */
function lastPart(target: string): string {
  return target.slice(Math.max(target.lastIndexOf(":"), target.lastIndexOf("/")) + 1);
}
