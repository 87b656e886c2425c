import type { Invocation } from "./invocation.ts";
import type { Outcome } from "./options.ts";

/** One event as it was published. */
export interface EventRecord {
  readonly id: string;
  /** Name in the contract; `undefined` for malformed bodies. */
  readonly name: string | undefined;
  readonly group: string | undefined;
  /** Place among the calls to publish. */
  readonly index: number;
  /** Milliseconds since the epoch; `undefined` for never. */
  readonly expiresAt: number | undefined;
  /** What the caller of publish was told last. */
  state: "calling" | "resolved" | "rejected" | "unknown";
  /** Place among the events of its group that the topic has taken. */
  sequence: number | undefined;
  /** By subscriber. */
  readonly cases: Map<string, Case>;
}

/** A handler at work. */
export interface HandlerRun {
  readonly invocation: Invocation;
  readonly messageId: string;
  readonly key: string;
  state: "running" | "returned" | "threw";
  /** Its time was over before it ended: nobody waited for it any more. */
  timedOut: boolean;
  error: unknown;
}

/** One message in a subscriber's queue. */
export interface MessageRecord {
  readonly id: string;
  readonly case: Case;
  /** The latest receipt handle: only that one deletes. */
  receipt: string | undefined;
  /** How often its fate was to be dead-lettered and the dead-letter queue had taken a copy. */
  copies: number;
  deleted: boolean;
  movedBySqs: boolean;
  /** Its latest receive ended with a failure that the consumer could have told the dead-letter queue of. */
  failedQuietly: boolean;
}

/** One event at one subscriber. */
export interface Case {
  readonly event: EventRecord;
  readonly subscriber: string;
  readonly runs: HandlerRun[];
  readonly messages: Map<string, MessageRecord>;
  /** Transactions of `ctx.commit` that were written. */
  commits: number;
  /** A handler returned in its time. */
  handled: boolean;
  /** The store has a record of its completion. */
  completed: boolean;
  deadLettered: boolean;
  deadLetteredBySqs: boolean;
  expired: boolean;
  /** At-most-once: invocations that marked it done by claiming it. */
  readonly claimedBy: Set<Invocation>;
}

/** Whether a fate of the event at the subscriber is on record: the next one of its group may start. */
export function isResolved(entry: Case): boolean {
  return (
    entry.handled ||
    entry.commits > 0 ||
    entry.completed ||
    entry.deadLettered ||
    entry.deadLetteredBySqs ||
    entry.expired ||
    entry.claimedBy.size > 0
  );
}

/** What became of the event at the subscriber. */
export function outcomeOf(entry: Case): Outcome {
  if (entry.handled || entry.commits > 0) return "processed";
  if (entry.deadLettered) return "deadLettered";
  if (entry.deadLetteredBySqs) return "deadLetteredBySqs";
  if (entry.expired) return "expired";
  return entry.claimedBy.size > 0 ? "givenUp" : "unknown";
}

/** All events of a run and what is known of them. */
export class Ledger {
  readonly #events = new Map<string, EventRecord>();
  readonly #bodies = new Map<string, string>();
  readonly #objects = new Map<string, string>();
  /** By subscriber and message id. */
  readonly #messages = new Map<string, MessageRecord>();
  readonly #keys = new Map<string, Case>();
  readonly #sequences = new Map<string, EventRecord[]>();
  #malformed = 0;

  get events(): IterableIterator<EventRecord> {
    return this.#events.values();
  }

  get size(): number {
    return this.#events.size;
  }

  /** Notes a call to publish; the same id again is the same event. */
  called(id: string, about: Pick<EventRecord, "name" | "group" | "expiresAt">): EventRecord {
    let event = this.#events.get(id);
    if (event === undefined) {
      event = { id, ...about, index: this.#events.size, state: "calling", sequence: undefined, cases: new Map() };
      this.#events.set(id, event);
    }
    return event;
  }

  /** Notes a body that is no event under an id of its own. */
  calledMalformed(body: string, group: string | undefined): EventRecord {
    const known = this.eventOfBody(body);
    if (known !== undefined) return known;
    this.#malformed += 1;
    const id = `bad${this.#malformed}`;
    this.#bodies.set(body, id);
    return this.called(id, { name: undefined, group, expiresAt: undefined });
  }

  /** The event of a message's body: an envelope, a pointer to a payload that was stored, or a malformed body as published. */
  eventOfBody(body: string): EventRecord | undefined {
    let id = this.#bodies.get(body);
    if (id === undefined) {
      id = this.#idIn(body);
      this.#bodies.set(body, id);
    }
    return this.#events.get(id);
  }

  /** Notes an offloaded payload. */
  stored(key: string, body: string): void {
    this.#objects.set(key, this.#idIn(body));
  }

  /** The topic has taken an event. Answers those of its group that it took before. */
  accepted(event: EventRecord): readonly EventRecord[] {
    const group = event.group ?? "";
    const earlier = this.#sequences.get(group) ?? [];
    if (event.sequence !== undefined) return earlier.slice(0, event.sequence);
    event.sequence = earlier.length;
    this.#sequences.set(group, [...earlier, event]);
    return earlier;
  }

  /** The events that the topic took, of a group, in order. */
  sequenceOf(group: string | undefined): readonly EventRecord[] {
    return this.#sequences.get(group ?? "") ?? [];
  }

  caseOf(event: EventRecord, subscriber: string): Case {
    let entry = event.cases.get(subscriber);
    if (entry === undefined) {
      entry = {
        event,
        subscriber,
        runs: [],
        messages: new Map(),
        commits: 0,
        handled: false,
        completed: false,
        deadLettered: false,
        deadLetteredBySqs: false,
        expired: false,
        claimedBy: new Set(),
      };
      event.cases.set(subscriber, entry);
    }
    return entry;
  }

  /** The message of a subscriber's queue, noted when it is first met. */
  message(subscriber: string, messageId: string, body: string): MessageRecord | undefined {
    const known = this.#messages.get(`${subscriber}/${messageId}`);
    if (known !== undefined) return known;
    const event = this.eventOfBody(body);
    if (event === undefined) return undefined;
    const entry = this.caseOf(event, subscriber);
    const message: MessageRecord = {
      id: messageId,
      case: entry,
      receipt: undefined,
      copies: 0,
      deleted: false,
      movedBySqs: false,
      failedQuietly: false,
    };
    entry.messages.set(messageId, message);
    this.#messages.set(`${subscriber}/${messageId}`, message);
    return message;
  }

  /** Notes under which idempotency key an event is processed. */
  keyed(key: string, entry: Case): void {
    this.#keys.set(key, entry);
  }

  caseOfKey(key: string): Case | undefined {
    return this.#keys.get(key);
  }

  #idIn(body: string): string {
    try {
      const value: unknown = JSON.parse(body);
      if (Array.isArray(value)) return this.#objects.get(value[1]?.s3Key) ?? body;
      if (typeof value === "object" && value !== null && "id" in value && typeof value.id === "string") return value.id;
    } catch {
      // A malformed body is its own id.
    }
    return body;
  }
}
