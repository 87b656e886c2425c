import type { PublicationFact, TraceFact, TraceIds } from "./facts.ts";
import type { EventTrace, PublishedTrace, SubscriberTrace } from "./model.ts";
import { type SubscriberFact, subscriberOf } from "./subscribers.ts";

/** Events that one trace shows, at most: who publishes to itself has no end. */
const MAX_EVENTS = 1_000;

/**
 * The tree of an event: what became of it at each subscriber, and the events that its handlers published, in turn.
 *
 * @param id of the event, or of one of its messages
 * @param facts in any order; those of other events are left out
 * @returns `undefined` where no fact names it
 */
export function buildTrace(id: string, facts: readonly TraceFact[]): EventTrace | undefined {
  const known = knownOf(facts);
  const root = eventIdOf(id, facts);
  return root === undefined ? undefined : eventTrace(root, known, new Set());
}

/** The facts of an event's tree. */
export function factsOfTree(id: string, facts: readonly TraceFact[]): readonly TraceFact[] {
  const root = eventIdOf(id, facts);
  if (root === undefined) {
    return [];
  }
  const { byEvent, causes } = knownOf(facts);
  const events = new Set([root]);
  // The set grows while it is read.
  for (const event of events) {
    for (const caused of events.size < MAX_EVENTS ? (causes.get(event) ?? []) : []) {
      events.add(caused);
    }
  }
  return [...events].flatMap((event) => byEvent.get(event) ?? []);
}

/** The event that an id stands for: its own, or that of a message. */
function eventIdOf(id: string, facts: readonly TraceFact[]): string | undefined {
  const own = facts.find(({ eventId }) => eventId === id);
  return (own ?? facts.find((fact) => "messageId" in fact && fact.messageId === id))?.eventId;
}

interface Known {
  readonly byEvent: ReadonlyMap<string, readonly TraceFact[]>;
  /** Ids of the events that an event caused, by its id. */
  readonly causes: ReadonlyMap<string, ReadonlySet<string>>;
}

function knownOf(facts: readonly TraceFact[]): Known {
  const causes = new Map<string, Set<string>>();
  for (const { eventId, causationId } of facts) {
    if (causationId !== undefined && causationId !== eventId) {
      causes.set(causationId, (causes.get(causationId) ?? new Set()).add(eventId));
    }
  }
  return { byEvent: Map.groupBy(facts, ({ eventId }) => eventId), causes };
}

function eventTrace(eventId: string, known: Known, shown: Set<string>): EventTrace {
  shown.add(eventId);
  const facts = known.byEvent.get(eventId) ?? [];
  const publications = facts.filter((fact) => fact.kind === "publication");
  const atSubscribers = facts.filter((fact): fact is SubscriberFact => fact.kind !== "publication");
  const found = [...Map.groupBy(atSubscribers, ({ queue }) => queue)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([queue, own]) => subscriberOf(queue, own));
  const caused = causedBy(eventId, known, shown);
  const publisherOf = (child: EventTrace) => {
    const { by } = child.published ?? {};
    const [only, ...others] = by === undefined ? [] : found.filter((each) => each.by.has(by));
    return others.length === 0 ? only : undefined;
  };
  const bySubscriber = Map.groupBy(caused, publisherOf);
  return {
    eventId,
    event: firstOf(facts, "event"),
    correlationId: firstOf(facts, "correlationId"),
    causationId: firstOf(facts, "causationId"),
    traceId: firstOf(facts, "traceId"),
    published: publishedOf(publications, facts),
    subscribers: found.map((subscriber): SubscriberTrace => {
      const { by: _by, ...rest } = subscriber;
      return { ...rest, caused: bySubscriber.get(subscriber) ?? [] };
    }),
    caused: bySubscriber.get(undefined) ?? [],
  };
}

function causedBy(eventId: string, known: Known, shown: Set<string>): EventTrace[] {
  const events = [...(known.causes.get(eventId) ?? [])].map((id) => ({ id, at: beginOf(known.byEvent.get(id) ?? []) }));
  return events
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .flatMap(({ id }) => (shown.has(id) || shown.size >= MAX_EVENTS ? [] : eventTrace(id, known, shown)));
}

/** The publisher says it best; without it, the envelope has its time. */
function publishedOf(
  publications: readonly PublicationFact[],
  facts: readonly TraceFact[],
): PublishedTrace | undefined {
  const first = publications.find(({ error }) => error === undefined) ?? publications[0];
  if (first !== undefined) {
    const { at, target, by, error } = first;
    return { at, target, by, error };
  }
  const at = facts.flatMap((fact) => (fact.kind === "outcome" ? (fact.publishedAt ?? []) : []))[0];
  return at === undefined ? undefined : { at, target: undefined, by: undefined, error: undefined };
}

function firstOf(facts: readonly TraceFact[], name: keyof TraceIds): string | undefined {
  return facts.find((fact) => fact[name] !== undefined)?.[name];
}

function beginOf(facts: readonly TraceFact[]): number {
  return facts.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
}
