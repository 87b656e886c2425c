import { IndexedHeap } from "../../../../std/index.ts";
import { FifoIndex } from "./fifo-index.ts";
import type { NewMessage, StoredMessage } from "./message.ts";
import type { MessageIndex } from "./message-index.ts";
import { StandardIndex } from "./standard-index.ts";

/** Real sequence numbers have 20 digits and are not consecutive: tests that assume so should fail here too. */
const SEQUENCE_PREFIX = "1889";
const SEQUENCE_STEP = 256;

/** The messages of one queue, their states, and the effect of time on them. */
export class Messages {
  readonly #fifo: boolean;
  readonly #byId = new Map<string, StoredMessage>();
  readonly #index: MessageIndex;
  /** Delayed messages and messages in flight, by the time at which they become ready. */
  readonly #waiting = new IndexedHeap<StoredMessage>(
    (left, right) => left.availableAt - right.availableAt || left.position - right.position,
  );
  /** No message here was enqueued before this time. It may be too early, as the oldest may have left: the next look corrects it. */
  #oldest = Number.POSITIVE_INFINITY;
  readonly #counts = { delayed: 0, ready: 0, inFlight: 0 };
  #position: number;

  /**
   * @param position the last position assigned
   * @param random shuffles a standard queue
   */
  constructor(fifo: boolean, position = 0, random?: () => number) {
    this.#fifo = fifo;
    this.#index = fifo ? new FifoIndex() : new StandardIndex(random);
    this.#position = position;
  }

  /** Messages by state, as of the last `advance`. */
  get counts(): Readonly<{ delayed: number; ready: number; inFlight: number }> {
    return this.#counts;
  }

  /** The last position assigned. */
  get position(): number {
    return this.#position;
  }

  /** All messages in the order of their positions. */
  all(): StoredMessage[] {
    return [...this.#byId.values()].sort((left, right) => left.position - right.position);
  }

  get(messageId: string): StoredMessage | undefined {
    return this.#byId.get(messageId);
  }

  /** When the passing of time next makes a message ready. */
  nextAvailableAt(): number | undefined {
    return this.#waiting.peek()?.availableAt;
  }

  /** Ends the delays, visibility timeouts and retention periods that are over at `now`. */
  advance(now: number, retentionMs: number): void {
    for (let next = this.#waiting.peek(); next !== undefined && next.availableAt <= now; next = this.#waiting.peek()) {
      this.#release(next);
    }
    if (this.#oldest + retentionMs <= now) {
      this.#expire(now - retentionMs);
    }
  }

  /** Adds a new message. It is delayed when `availableAt` is later than `now`. */
  add(fresh: NewMessage, now: number): StoredMessage {
    const position = ++this.#position;
    const message: StoredMessage = {
      ...fresh,
      ...(this.#fifo ? { sequenceNumber: SEQUENCE_PREFIX + String(position * SEQUENCE_STEP).padStart(16, "0") } : {}),
      position,
      state: fresh.availableAt > now ? "delayed" : "ready",
      receiveCount: fresh.receiveCount ?? 0,
      receivesHere: 0,
    };
    this.restore(message);
    return message;
  }

  /** Adds a message of a snapshot as it is. Ready and FIFO messages must come in the order of their positions. */
  restore(message: StoredMessage): void {
    if (this.#byId.has(message.id)) {
      throw new Error(
        `The message id ${message.id} occurred twice in one queue. Give the engine an environment whose random() does not repeat itself.`,
      );
    }
    this.#byId.set(message.id, message);
    this.#oldest = Math.min(this.#oldest, message.enqueuedAt);
    this.#count(message, 1);
    if (message.state !== "ready") {
      this.#waiting.push(message);
    }
    this.#index.entered(message);
    if (message.state === "inFlight") {
      this.#index.taken(message);
    }
  }

  /** See `MessageIndex.select`. `accept` calls `receive` or `remove` on what it is offered. */
  select(limit: number, accept: (message: StoredMessage) => boolean): void {
    this.#index.select(limit, accept);
  }

  /** The next message that could be received; it stays where it is. */
  peek(): StoredMessage | undefined {
    return this.#index.peek();
  }

  /** Makes a ready message in flight: received, and invisible until `visibleAt`. */
  receive(message: StoredMessage, handle: string, now: number, visibleAt: number): void {
    this.#count(message, -1);
    message.state = "inFlight";
    message.availableAt = visibleAt;
    message.receiveCount++;
    message.receivesHere++;
    message.firstReceivedAt ??= now;
    message.receipt = { handle, receivedAt: now, changed: false };
    this.#count(message, 1);
    this.#waiting.push(message);
    this.#index.taken(message);
  }

  /** Makes a ready message in flight again, under the handle of its latest receive. */
  hide(message: StoredMessage, visibleAt: number): void {
    this.#count(message, -1);
    message.state = "inFlight";
    message.availableAt = visibleAt;
    this.#count(message, 1);
    this.#waiting.push(message);
    this.#index.taken(message);
  }

  /** Changes when a delayed message or one in flight becomes ready. It does so at the next `advance` at the earliest. */
  reschedule(message: StoredMessage, availableAt: number): void {
    this.#waiting.remove(message);
    message.availableAt = availableAt;
    this.#waiting.push(message);
  }

  remove(message: StoredMessage): void {
    this.#byId.delete(message.id);
    this.#waiting.remove(message);
    this.#count(message, -1);
    if (message.state === "inFlight") {
      this.#index.landed(message);
    }
    message.state = "gone";
    this.#index.left(message);
  }

  clear(): void {
    this.#byId.clear();
    this.#oldest = Number.POSITIVE_INFINITY;
    this.#waiting.clear();
    this.#index.clear();
    Object.assign(this.#counts, { delayed: 0, ready: 0, inFlight: 0 });
  }

  /** The order in which FIFO groups will be served; empty for standard queues. */
  rotation(): string[] {
    return this.#index instanceof FifoIndex ? this.#index.rotation() : [];
  }

  /** Restores an order of FIFO groups. */
  arrange(rotation: readonly string[]): void {
    if (this.#index instanceof FifoIndex) {
      this.#index.arrange(rotation);
    }
  }

  /** Removes the messages that were enqueued by then. Looks at all, which is rare: most messages leave before their retention is over. */
  #expire(enqueuedBy: number): void {
    this.#oldest = Number.POSITIVE_INFINITY;
    for (const message of this.#byId.values()) {
      if (message.enqueuedAt <= enqueuedBy) {
        this.remove(message);
      } else {
        this.#oldest = Math.min(this.#oldest, message.enqueuedAt);
      }
    }
  }

  #release(message: StoredMessage): void {
    this.#waiting.remove(message);
    this.#count(message, -1);
    if (message.state === "inFlight") {
      this.#index.landed(message);
    }
    message.state = "ready";
    this.#count(message, 1);
    if (!this.#fifo) {
      // A redelivered message stands behind those that were ready before it.
      message.position = ++this.#position;
    }
    this.#index.released(message);
  }

  #count(message: StoredMessage, change: 1 | -1): void {
    if (message.state !== "gone") {
      this.#counts[message.state] += change;
    }
  }
}
