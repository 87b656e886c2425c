import { IndexedHeap } from "../../../std/index.ts";
import { Deduplication } from "./deduplication.ts";
import { FifoIndex } from "./fifo-index.ts";
import type { NewMessage, StoredMessage } from "./message.ts";
import type { MessageIndex } from "./message-index.ts";
import { effective, numeric, type QueueAttributes } from "./queue-attributes.ts";
import { type QueueAddress, queueArn } from "./queue-name.ts";
import { ReceiveAttempts } from "./receive-attempts.ts";
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from "./redrive-policy.ts";
import { StandardIndex } from "./standard-index.ts";

/** Real sequence numbers have 20 digits and are not consecutive, so nobody should count on it here. */
const SEQUENCE_PREFIX = "1889";
const SEQUENCE_STEP = 256;

export interface QueueOptions {
  /** 16 hexadecimal digits that tell this queue from an earlier one of the same name. */
  readonly id: string;
  readonly address: QueueAddress;
  readonly attributes: QueueAttributes;
  readonly createdAt: number;
  /** Shuffles a standard queue. */
  readonly random?: () => number;
  readonly deduplication?: Deduplication;
  readonly attempts?: ReceiveAttempts;
  readonly position?: number;
}

/**
 * One queue: its messages, their states, and the clock's effect on them. It knows no other queue and checks no input.
 * Whoever works on it calls `advance` with the present time first.
 */
export class Queue {
  readonly id: string;
  readonly address: QueueAddress;
  readonly arn: string;
  readonly fifo: boolean;
  readonly createdAt: number;
  readonly deduplication: Deduplication;
  readonly attempts: ReceiveAttempts;
  readonly tags = new Map<string, string>();
  modifiedAt: number;
  lastPurgedAt: number | undefined;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #index: MessageIndex;
  /** Delayed messages and messages in flight, by the time at which they become ready. */
  readonly #waiting = new IndexedHeap<StoredMessage>(
    (left, right) => left.availableAt - right.availableAt || left.position - right.position,
  );
  /** All messages by age, for the retention period. */
  readonly #ages = new IndexedHeap<StoredMessage>((left, right) => left.enqueuedAt - right.enqueuedAt);
  readonly #counts = { delayed: 0, ready: 0, inFlight: 0 };
  #attributes: QueueAttributes;
  #redrivePolicy: RedrivePolicy | undefined;
  #redriveAllowPolicy: RedriveAllowPolicy | undefined;
  #retentionMs = 0;
  #position: number;

  constructor(options: QueueOptions) {
    this.id = options.id;
    this.address = options.address;
    this.arn = queueArn(options.address);
    this.fifo = options.attributes.FifoQueue === "true";
    this.createdAt = options.createdAt;
    this.modifiedAt = options.createdAt;
    this.deduplication = options.deduplication ?? new Deduplication();
    this.attempts = options.attempts ?? new ReceiveAttempts();
    this.#index = this.fifo ? new FifoIndex() : new StandardIndex(options.random);
    this.#position = options.position ?? 0;
    this.#attributes = options.attributes;
    this.#readAttributes();
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  get redrivePolicy(): RedrivePolicy | undefined {
    return this.#redrivePolicy;
  }

  get redriveAllowPolicy(): RedriveAllowPolicy | undefined {
    return this.#redriveAllowPolicy;
  }

  /** Messages by state, as of the last `advance`. */
  get counts(): Readonly<{ delayed: number; ready: number; inFlight: number }> {
    return this.#counts;
  }

  /** The last position given out. */
  get position(): number {
    return this.#position;
  }

  setAttributes(attributes: QueueAttributes, now: number): void {
    const delay = numeric(this.#attributes, "DelaySeconds");
    this.#attributes = attributes;
    this.modifiedAt = now;
    this.#readAttributes();
    if (this.fifo && numeric(attributes, "DelaySeconds") !== delay) {
      this.#delayAnew();
    }
  }

  effective(name: keyof QueueAttributes): string | undefined {
    return effective(this.#attributes, name);
  }

  messages(): IterableIterator<StoredMessage> {
    return this.#messages.values();
  }

  get(messageId: string): StoredMessage | undefined {
    return this.#messages.get(messageId);
  }

  /** When the passing of time next makes a message ready. */
  nextAvailableAt(): number | undefined {
    return this.#waiting.peek()?.availableAt;
  }

  /** Ends the delays, visibility timeouts and retention periods that are over at `now`. */
  advance(now: number): void {
    for (let next = this.#waiting.peek(); next !== undefined && next.availableAt <= now; next = this.#waiting.peek()) {
      this.#release(next);
    }
    for (
      let oldest = this.#ages.peek();
      oldest !== undefined && oldest.enqueuedAt + this.#retentionMs <= now;
      oldest = this.#ages.peek()
    ) {
      this.remove(oldest);
    }
  }

  /** Takes a message in. It is delayed when `availableAt` is later than `now`. */
  add(fresh: NewMessage, now: number): StoredMessage {
    const position = ++this.#position;
    const message: StoredMessage = {
      ...fresh,
      ...(this.fifo ? { sequenceNumber: SEQUENCE_PREFIX + String(position * SEQUENCE_STEP).padStart(16, "0") } : {}),
      position,
      state: fresh.availableAt > now ? "delayed" : "ready",
      receiveCount: fresh.receiveCount ?? 0,
      receivesHere: 0,
    };
    this.restore(message);
    return message;
  }

  /**
   * Takes a message in as it is: from a snapshot. Ready and FIFO messages must come in the order of their positions.
   */
  restore(message: StoredMessage): void {
    if (this.#messages.has(message.id)) {
      throw new Error(
        `The message id ${message.id} came up twice in ${this.arn}. Give the engine an environment whose random() does not repeat itself.`,
      );
    }
    this.#messages.set(message.id, message);
    this.#ages.push(message);
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

  /** A ready message is received and invisible until `visibleAt`. */
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

  /** A message in flight becomes visible at another time. */
  changeVisibility(message: StoredMessage, visibleAt: number, now: number): void {
    this.#waiting.remove(message);
    message.availableAt = visibleAt;
    this.#waiting.push(message);
    this.advance(now);
  }

  remove(message: StoredMessage): void {
    this.#messages.delete(message.id);
    this.#ages.remove(message);
    this.#waiting.remove(message);
    this.#count(message, -1);
    if (message.state === "inFlight") {
      this.#index.landed(message);
    }
    message.state = "gone";
    this.#index.left(message);
  }

  clear(): void {
    this.#messages.clear();
    this.#ages.clear();
    this.#waiting.clear();
    this.#index.clear();
    this.#counts.delayed = 0;
    this.#counts.ready = 0;
    this.#counts.inFlight = 0;
  }

  /** The order in which FIFO groups will be served; empty for standard queues. */
  rotation(): string[] {
    return this.#index instanceof FifoIndex ? this.#index.rotation() : [];
  }

  arrange(rotation: readonly string[]): void {
    if (this.#index instanceof FifoIndex) {
      this.#index.arrange(rotation);
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
    if (!this.fifo) {
      // A message that comes back stands behind those that were ready before it.
      message.position = ++this.#position;
    }
    this.#index.released(message);
  }

  /** A FIFO queue's delay counts for the messages that already wait, too (API: SetQueueAttributes, delay queues). */
  #delayAnew(): void {
    const delayMs = numeric(this.#attributes, "DelaySeconds") * 1_000;
    for (const message of this.#messages.values()) {
      if (message.state === "delayed") {
        this.#waiting.remove(message);
        message.availableAt = message.enqueuedAt + delayMs;
        this.#waiting.push(message);
      }
    }
  }

  #count(message: StoredMessage, change: 1 | -1): void {
    if (message.state !== "gone") {
      this.#counts[message.state] += change;
    }
  }

  #readAttributes(): void {
    const { RedrivePolicy: redrive, RedriveAllowPolicy: allow } = this.#attributes;
    this.#redrivePolicy = redrive === undefined ? undefined : parseRedrivePolicy(redrive);
    this.#redriveAllowPolicy = allow === undefined ? undefined : parseRedriveAllowPolicy(allow);
    this.#retentionMs = numeric(this.#attributes, "MessageRetentionPeriod") * 1_000;
  }
}
