import { Messages, type StoredMessage } from "../messages/index.ts";
import { effective, numeric, type QueueAttributes } from "./queue-attributes.ts";
import { type QueueAddress, queueArn } from "./queue-name.ts";
import { type ReceiveAttempt, Recent, type RecordedSend } from "./recent.ts";
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from "./redrive-policy.ts";

export interface QueueOptions {
  /** 16 hexadecimal digits that tell this queue from an earlier one of the same name. */
  readonly id: string;
  readonly address: QueueAddress;
  readonly attributes: QueueAttributes;
  readonly createdAt: number;
  /** Shuffles a standard queue. */
  readonly random?: () => number;
  readonly recentSends?: Recent<RecordedSend>;
  readonly recentAttempts?: Recent<ReceiveAttempt>;
  /** The last position assigned to a message. */
  readonly position?: number;
}

/**
 * One queue: its attributes and its messages. It knows no other queue and checks no input. The caller calls `advance` with
 * the present time before anything else.
 */
export class Queue {
  readonly id: string;
  readonly address: QueueAddress;
  readonly arn: string;
  readonly fifo: boolean;
  readonly createdAt: number;
  readonly messages: Messages;
  /** For the deduplication of messages to a FIFO queue. */
  readonly recentSends: Recent<RecordedSend>;
  /** The receives from a FIFO queue that can be repeated (API: ReceiveMessage). */
  readonly recentAttempts: Recent<ReceiveAttempt>;
  readonly tags = new Map<string, string>();
  modifiedAt: number;
  lastPurgedAt: number | undefined;
  #attributes: QueueAttributes;
  #redrivePolicy: RedrivePolicy | undefined;
  #redriveAllowPolicy: RedriveAllowPolicy | undefined;

  constructor(options: QueueOptions) {
    this.id = options.id;
    this.address = options.address;
    this.arn = queueArn(options.address);
    this.fifo = options.attributes.FifoQueue === "true";
    this.createdAt = options.createdAt;
    this.modifiedAt = options.createdAt;
    this.messages = new Messages(this.fifo, options.position, options.random);
    this.recentSends = options.recentSends ?? new Recent();
    this.recentAttempts = options.recentAttempts ?? new Recent();
    this.#attributes = options.attributes;
    this.#readPolicies();
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

  setAttributes(attributes: QueueAttributes, now: number): void {
    const oldDelay = numeric(this.#attributes, "DelaySeconds");
    this.#attributes = attributes;
    this.modifiedAt = now;
    this.#readPolicies();
    const delay = numeric(attributes, "DelaySeconds");
    if (this.fifo && delay !== oldDelay) {
      // A FIFO queue's delay applies to the messages that already wait, too (API: SetQueueAttributes, delay queues).
      for (const message of this.messages.all().filter(({ state }) => state === "delayed")) {
        this.messages.reschedule(message, message.enqueuedAt + delay * 1_000);
      }
    }
  }

  effective(name: keyof QueueAttributes): string | undefined {
    return effective(this.#attributes, name);
  }

  /** Brings the messages up to the present time. */
  advance(now: number): void {
    this.messages.advance(now, numeric(this.#attributes, "MessageRetentionPeriod") * 1_000);
  }

  /** Changes when a received message becomes visible; one that is visible again is hidden until then. */
  changeVisibility(message: StoredMessage, visibleAt: number, now: number): void {
    if (message.state === "inFlight") {
      this.messages.reschedule(message, visibleAt);
    } else if (visibleAt > now) {
      this.messages.hide(message, visibleAt);
    }
    this.advance(now);
  }

  #readPolicies(): void {
    const { RedrivePolicy: redrive, RedriveAllowPolicy: allow } = this.#attributes;
    this.#redrivePolicy = redrive === undefined ? undefined : parseRedrivePolicy(redrive);
    this.#redriveAllowPolicy = allow === undefined ? undefined : parseRedriveAllowPolicy(allow);
  }
}
