import type { Cloud } from "../cloud/index.ts";
import { deadLetterTargets, type Fleet } from "../fleet/index.ts";
import { buildTrace, factsOfTree } from "./build.ts";
import { findInDeadLetters } from "./dead-letters.ts";
import type { TraceSource } from "./facts.ts";
import { type TraceLine, traceLines } from "./lines.ts";
import type { EventTrace } from "./model.ts";

/** What {@link traceEvent} works with. */
export interface TraceOptions {
  readonly cloud: Cloud;
  readonly fleet: () => Promise<Fleet>;
  readonly source: TraceSource;
  /** Looks into the dead-letter queues too, which hides their letters for a moment. @default false */
  readonly deadLetters?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An event's trace, where it was looked for, and what could not be looked at. */
export interface TracedEvent {
  /** `undefined` where nothing is known of it. */
  readonly trace: EventTrace | undefined;
  /** The trace as lines for people; empty without one. */
  readonly lines: readonly TraceLine[];
  readonly looked: readonly string[];
  readonly notes: readonly string[];
}

/** Looks for an event, by its id or that of one of its messages, and says what became of it at each subscriber. */
export async function traceEvent(id: string, options: TraceOptions): Promise<TracedEvent> {
  const { cloud, source, deadLetters = false, signal } = options;
  const found = await source(id, signal);
  const fleet = await options.fleet();
  const ids = new Set([id, ...factsOfTree(id, found.facts).map(({ eventId }) => eventId)]);
  const letters = deadLetters ? await findInDeadLetters(cloud, deadLetterTargets(fleet), ids, signal) : undefined;
  // The id of a dead letter is in no log: its event's is.
  const known = letters?.facts.find((letter) => letter.messageId === id && letter.eventId !== id)?.eventId;
  const more = known !== undefined && !ids.has(known) ? (await source(known, signal)).facts : [];
  const trace = buildTrace(id, [...found.facts, ...more, ...(letters?.facts ?? [])]);
  const names = new Map(fleet.subscribers.map(({ queue, name }) => [queue.name, name]));
  return {
    trace,
    lines: trace === undefined ? [] : traceLines(trace, (queue) => names.get(queue) ?? queue),
    looked: [...found.looked, ...(letters?.looked ?? [])],
    notes: [...found.notes, ...(letters?.notes ?? [])],
  };
}
