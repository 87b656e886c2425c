import type { TraceError } from "./facts.ts";
import type { EventTrace, PublishedTrace, SubscriberState, SubscriberTrace, TraceStep } from "./model.ts";

/** One line of a trace for people: the same in a terminal and in the console. */
export interface TraceLine {
  /** Below the last line with a smaller depth. */
  readonly depth: number;
  readonly title: string;
  /** How it stands there, or ended. */
  readonly state: SubscriberState | "notPublished" | undefined;
  readonly detail: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number | undefined;
}

/**
 * A trace as lines.
 *
 * @param nameOf the name of the subscriber that has a queue
 */
export function traceLines(trace: EventTrace, nameOf: (queue: string) => string = (queue) => queue): TraceLine[] {
  return eventLines(trace, nameOf, 0);
}

function eventLines(trace: EventTrace, nameOf: (queue: string) => string, depth: number): TraceLine[] {
  const { event = "message", eventId, published, subscribers, caused, causationId } = trace;
  const cause = depth === 0 && causationId !== undefined ? `caused by ${causationId}` : "";
  return [
    {
      depth,
      title: `${event} ${eventId}`,
      state: published?.error === undefined ? undefined : "notPublished",
      detail: [publishedText(published), cause].filter((each) => each !== "").join(", "),
      at: published?.at,
    },
    ...subscribers.flatMap((each) => subscriberLines(each, nameOf, depth + 1)),
    ...caused.flatMap((each) => eventLines(each, nameOf, depth + 1)),
  ];
}

function subscriberLines(
  { queue, state, steps, caused }: SubscriberTrace,
  nameOf: (queue: string) => string,
  depth: number,
): TraceLine[] {
  return [
    { depth, title: nameOf(queue), state, detail: "", at: undefined },
    ...steps.map((step) => ({ depth: depth + 1, ...stepLine(step) })),
    ...caused.flatMap((each) => eventLines(each, nameOf, depth + 1)),
  ];
}

function stepLine(step: TraceStep): Omit<TraceLine, "depth"> {
  const { at } = step;
  switch (step.kind) {
    case "delivered":
      return { title: "delivered", state: undefined, detail: `as ${step.messageId}`, at };
    case "redriven":
      return {
        title: step.count === 1 ? "redriven" : `redriven, ${step.count} times by now`,
        state: undefined,
        detail: "",
        at,
      };
    case "waiting":
      return { title: `waits in ${step.deadLetterQueue}`, state: undefined, detail: errorText(step.error), at };
    case "withheld":
      return { title: "held back by the filter of its subscription", state: undefined, detail: "", at };
    case "attempt": {
      const { attempt, outcome, cause, afterSeconds, error, durationMs } = step;
      const details = [
        durationMs === undefined ? "" : `${Math.round(durationMs)} ms`,
        afterSeconds === undefined ? "" : `again after ${Math.ceil(afterSeconds)} s`,
        cause === undefined ? "" : (CAUSES[cause] ?? cause),
        errorText(error),
      ];
      return {
        title: `attempt ${attempt}`,
        state: outcome,
        detail: details.filter((each) => each !== "").join(", "),
        at,
      };
    }
  }
}

/** Why a message is redelivered, in words. */
const CAUSES: Readonly<Record<string, string>> = {
  handler: "the handler failed",
  dependency: "a dependency did not respond",
  inProgress: "another worker has the event",
  deadline: "too little time was left",
  circuit: "the circuit is open",
  group: "an earlier message of its group is redelivered first",
};

function publishedText(published: PublishedTrace | undefined): string {
  if (published === undefined) {
    return "";
  }
  const { target, by, error } = published;
  const where = `${target === undefined ? "" : ` to ${target}`}${by === undefined ? "" : ` by ${by}`}`;
  return error === undefined ? `published${where}` : `not published${where}, ${errorText(error)}`;
}

function errorText(error: TraceError | undefined): string {
  return error === undefined ? "" : `${error.name}: ${error.message}`;
}
