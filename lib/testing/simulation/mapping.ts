import type { Message } from "@aws-sdk/client-sqs";
import { type SqsRecord, sqsRecordOf } from "../../std/index.ts";
import type { MemoryAws } from "../clients/index.ts";
import type { DeployedSubscriber } from "./deployment.ts";
import type { FaultyPart } from "./faults.ts";

/** Most messages of one receive, and of one delete. Source: Amazon SQS API Reference, `ReceiveMessage`. */
const SQS_BATCH = 10;

/** Milliseconds from a message's arrival to its receive, and from receive to invocation. */
const POLL_MS = [1, 40] as const;

/** Attempts of one delete. */
const DELETE_TRIES = 3;

/** What a mapping calls. */
export interface MappingHost {
  onReceived(messages: readonly Message[]): void;
  onReceiveLost(messages: readonly Message[]): void;
  /** Runs the function. Returns the ids of the messages that are done; `undefined` when the invocation failed. */
  invoke(records: readonly SqsRecord[]): Promise<ReadonlySet<string> | undefined>;
  onDeleting(record: SqsRecord): void;
}

/** What a {@link Mapping} needs. */
export interface MappingOptions extends FaultyPart {
  readonly deployed: DeployedSubscriber;
  readonly aws: MemoryAws;
  readonly host: MappingHost;
}

/**
 * A Lambda event source mapping in virtual time: receives batches, never runs two invocations for one FIFO group at a time, deletes
 * what the function reports as done, and leaves the rest to the visibility timeout.
 */
export class Mapping {
  readonly #options: MappingOptions;
  readonly #groups = new Map<string, Promise<void>>();
  #busy = 0;
  #polling = false;
  #cancelWait: (() => void) | undefined;

  constructor(options: MappingOptions) {
    const { aws, deployed } = options;
    this.#options = options;
    aws.engine.sqs.onChange((arn) => {
      if (arn === deployed.queueArn) {
        this.wake();
      }
    });
  }

  /** Whether nothing is received, handled or deleted at the moment. */
  get isIdle(): boolean {
    return this.#busy === 0 && !this.#polling;
  }

  /** Polls soon, unless all concurrent invocations are taken. */
  wake(): void {
    if (this.#polling || this.#busy >= this.#options.deployed.maxConcurrency) {
      return;
    }
    this.#polling = true;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#options.virtual.timer(this.#options.random.int(...POLL_MS), () => {
      this.#polling = false;
      this.#poll();
    });
  }

  #poll(): void {
    const messages = this.#receive();
    if (messages.length === 0) {
      this.#waitForChange();
      return;
    }
    this.#options.host.onReceived(messages);
    if (this.#options.faults.occurs("lostReceive")) {
      this.#options.host.onReceiveLost(messages);
    } else {
      void this.#dispatch(messages.map((message) => sqsRecordOf(message, this.#options.deployed.queueArn)));
    }
    this.wake();
  }

  #receive(): Message[] {
    const messages: Message[] = [];
    const { batchSize, queueUrl } = this.#options.deployed;
    while (messages.length < batchSize) {
      const { Messages: received = [] } = this.#options.aws.engine.sqs.call(
        this.#options.aws.context,
        "ReceiveMessage",
        {
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(SQS_BATCH, batchSize - messages.length),
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        },
      );
      if (received.length === 0) {
        break;
      }
      messages.push(...received);
    }
    return messages;
  }

  /** Time alone can make messages visible: the queue knows when. */
  #waitForChange(): void {
    const at = this.#options.aws.engine.sqs.nextChangeAt(this.#options.deployed.queueArn);
    if (at === undefined || this.#cancelWait !== undefined) {
      return;
    }
    this.#cancelWait = this.#options.virtual.timer(at - this.#options.virtual.now(), () => {
      this.#cancelWait = undefined;
      this.wake();
    });
  }

  async #dispatch(records: readonly SqsRecord[]): Promise<void> {
    this.#busy += 1;
    const release = this.#options.deployed.fifo ? await this.#lock(records) : () => {};
    const done = await this.#options.host.invoke(records);
    release();
    if (done !== undefined) {
      await this.#delete(records.filter((record) => done.has(record.messageId)));
    }
    this.#busy -= 1;
    this.wake();
  }

  /** Waits until no other invocation works on one of the groups. */
  async #lock(records: readonly SqsRecord[]): Promise<() => void> {
    const groups = new Set(records.map((record) => record.attributes.MessageGroupId ?? ""));
    const earlier = [...groups].map((group) => this.#groups.get(group));
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const group of groups) {
      this.#groups.set(group, promise);
    }
    await Promise.all(earlier);
    return resolve;
  }

  async #delete(records: readonly SqsRecord[]): Promise<void> {
    for (let at = 0; at < records.length; at += SQS_BATCH) {
      let open = records.slice(at, at + SQS_BATCH);
      for (let attempt = 0; attempt < DELETE_TRIES && open.length > 0; attempt++) {
        await this.#pause();
        const [failing, deleting] = this.#split(open);
        if (deleting.length > 0) {
          this.#deleteNow(deleting);
        }
        open = failing;
      }
    }
  }

  #split(records: readonly SqsRecord[]): [SqsRecord[], SqsRecord[]] {
    if (!this.#options.faults.occurs("failedDelete")) {
      return [[], [...records]];
    }
    const failing = records.filter(() => this.#options.random.chance(0.7));
    return [failing, records.filter((record) => !failing.includes(record))];
  }

  #deleteNow(records: readonly SqsRecord[]): void {
    for (const record of records) {
      this.#options.host.onDeleting(record);
    }
    this.#options.aws.engine.sqs.call(this.#options.aws.context, "DeleteMessageBatch", {
      QueueUrl: this.#options.deployed.queueUrl,
      Entries: records.map((record, index) => ({ Id: String(index), ReceiptHandle: record.receiptHandle })),
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.virtual.timer(this.#options.random.int(...POLL_MS), resolve);
    });
  }
}
