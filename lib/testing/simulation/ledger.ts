import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { objectOf, parseJson } from "../../std/index.ts";
import type { Case, PublishedEvent, QueuedMessage } from "./entities.ts";

/** All events of a run, and what is known of them. */
export class Ledger {
  readonly #events = new Map<string, PublishedEvent>();
  readonly #bodies = new Map<string, string>();
  readonly #objects = new Map<string, string>();
  /** By subscriber and message id. */
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #keys = new Map<string, Case>();
  readonly #sequences = new Map<string, PublishedEvent[]>();
  #malformed = 0;

  get events(): IterableIterator<PublishedEvent> {
    return this.#events.values();
  }

  get size(): number {
    return this.#events.size;
  }

  /** Notes a call to publish. The same id is the same event. */
  called(id: string, about: Pick<PublishedEvent, "name" | "type" | "group" | "expiresAt">): PublishedEvent {
    let event = this.#events.get(id);
    if (event === undefined) {
      event = {
        id,
        ...about,
        index: this.#events.size,
        state: "calling",
        sequence: undefined,
        failedTries: 0,
        cases: new Map(),
      };
      this.#events.set(id, event);
    } else if (event.expiresAt !== undefined && about.expiresAt !== undefined) {
      // Publishers' clocks differ.
      event.expiresAt = Math.min(event.expiresAt, about.expiresAt);
    }
    return event;
  }

  /** Notes a malformed body under an id of its own. */
  calledMalformed(body: string, group: string | undefined): PublishedEvent {
    const known = this.eventOfBody(body);
    if (known !== undefined) {
      return known;
    }
    this.#malformed += 1;
    const id = `bad${this.#malformed}`;
    this.#bodies.set(body, id);
    return this.called(id, { name: undefined, type: undefined, group, expiresAt: undefined });
  }

  /** The event of a message's body: an envelope, a pointer to a payload that was stored, or a malformed body as published. */
  eventOfBody(body: string): PublishedEvent | undefined {
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

  /** Notes that the topic has accepted an event. Returns the events of its group that the topic accepted before. */
  accepted(event: PublishedEvent): readonly PublishedEvent[] {
    const group = event.group ?? "";
    const earlier = this.#sequences.get(group) ?? [];
    if (event.sequence !== undefined) {
      return earlier.slice(0, event.sequence);
    }
    event.sequence = earlier.length;
    this.#sequences.set(group, [...earlier, event]);
    return earlier;
  }

  /** The events of a group that the topic has accepted, in order. */
  sequenceOf(group: string | undefined): readonly PublishedEvent[] {
    return this.#sequences.get(group ?? "") ?? [];
  }

  caseOf(event: PublishedEvent, subscriber: string): Case {
    let entry = event.cases.get(subscriber);
    if (entry === undefined) {
      entry = {
        event,
        subscriber,
        runs: [],
        messages: new Map(),
        key: undefined,
        sentAt: undefined,
        letters: new Map(),
        redriven: false,
        acknowledged: false,
        commits: 0,
        handled: false,
        completed: false,
        deadLettered: false,
        deadLetteredBySqs: false,
        expired: false,
      };
      event.cases.set(subscriber, entry);
    }
    return entry;
  }

  /** The message in a subscriber's queue, noted when it is first seen. */
  message(subscriber: string, messageId: string, body: string): QueuedMessage | undefined {
    const known = this.#messages.get(`${subscriber}/${messageId}`);
    if (known !== undefined) {
      return known;
    }
    const event = this.eventOfBody(body);
    if (event === undefined) {
      return undefined;
    }
    const entry = this.caseOf(event, subscriber);
    const message: QueuedMessage = {
      id: messageId,
      case: entry,
      receipt: undefined,
      copies: 0,
      deleted: false,
      movedBySqs: false,
      failedQuietly: false,
      failedAt: undefined,
      invocations: [],
    };
    entry.messages.set(messageId, message);
    this.#messages.set(`${subscriber}/${messageId}`, message);
    return message;
  }

  /** The message of a subscriber's queue that was last received with this receipt handle. */
  messageByReceipt(subscriber: string, receiptHandle: string): QueuedMessage | undefined {
    return [...this.#messages.values()].find(
      (message) => message.case.subscriber === subscriber && message.receipt === receiptHandle,
    );
  }

  /** Notes the idempotency key under which an event is processed. */
  keyed(key: string, entry: Case): void {
    entry.key = key;
    this.#keys.set(key, entry);
  }

  caseOfKey(key: string): Case | undefined {
    return this.#keys.get(key);
  }

  #idIn(body: string): string {
    const value = parseJson(inflated(body));
    if (Array.isArray(value)) {
      return this.#objects.get(String(objectOf(value[1]).s3Key)) ?? body;
    }
    // A malformed body is its own id.
    const { id } = objectOf(value);
    return typeof id === "string" ? id : body;
  }
}

/** The JSON of a body that may be compressed: base64 of gzip begins with `H4sI`, of zstd with `KLUv`. */
function inflated(body: string): string {
  const inflate = body.startsWith("H4sI") ? gunzipSync : body.startsWith("KLUv") ? zstdDecompressSync : undefined;
  return inflate === undefined ? body : inflate(Buffer.from(body, "base64")).toString();
}
