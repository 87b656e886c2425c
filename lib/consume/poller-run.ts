import type { Message } from "@aws-sdk/client-sqs";
import { Batcher } from "../batch/index.ts";
import { backoff, sleep } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { MAX_BATCH_ENTRIES } from "../wire/index.ts";
import type { SqsRecord } from "./lambda-types.ts";
import type { ConsumerSettings } from "./options.ts";
import type { Processed, Processor } from "./process.ts";
import type { LoadedSqs } from "./sqs-client.ts";

/** What a {@link PollerRun} takes. */
export interface PollerRunOptions {
  readonly queueUrl: string;
  readonly maxInHand: number;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxProcessingMs: number;
  readonly stopTimeoutMs: number;
  readonly load: () => Promise<LoadedSqs>;
  readonly processor: Processor;
  readonly settings: ConsumerSettings;
}

/** Errors of a receive that do not pass by themselves. */
const FATAL = new Set([
  "QueueDoesNotExist",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAddress",
  "InvalidSecurity",
]);

/** Milliseconds that a deletion may wait for others. */
const DELETE_LINGER_MS = 20;

/** Tries to delete a message. What stays undeleted comes again, and is then a duplicate. */
const DELETE_TRIES = 4;

/** Milliseconds between the end of handlers and the end of their claims' leases. */
const LEASE_MARGIN_MS = 5_000;

/** Pauses after failed receives, in milliseconds. */
const RECEIVE_BACKOFF = { base: 500, cap: 20_000 };

/** One run of a poller, from start to stop. */
export class PollerRun {
  readonly #options: PollerRunOptions;
  readonly #stopReceiving = new AbortController();
  readonly #stopHandlers = new AbortController();
  /** Receipt handles of the messages in hand whose fate is open. */
  readonly #inHand = new Set<string>();
  readonly #deletions: Batcher<string, undefined>;
  readonly #batches = new Set<Promise<void>>();
  #freed: (() => void) | undefined;
  #queueArn = "";
  #sequence = 0;

  constructor(options: PollerRunOptions) {
    this.#options = options;
    this.#deletions = new Batcher({
      clock: options.settings.clock,
      maxItems: MAX_BATCH_ENTRIES,
      lingerMs: DELETE_LINGER_MS,
      concurrency: 4,
      send: (handles) => this.#delete(handles),
    });
  }

  /** Receives until told to stop. Resolves when nothing is in hand any more. */
  async start(): Promise<void> {
    const { clock } = this.#options.settings;
    this.#queueArn = await this.#readQueueArn();
    const stopHeartbeat = this.#heartbeat();
    try {
      for (let failures = 0; !this.#stopReceiving.signal.aborted; ) {
        await this.#waitForRoom();
        if (this.#stopReceiving.signal.aborted) break;
        try {
          const messages = await this.#receive();
          failures = 0;
          if (messages.length > 0) this.#process(messages);
        } catch (error) {
          if (this.#stopReceiving.signal.aborted) break;
          if (FATAL.has(describeError(error).name)) throw this.#fatal(error);
          failures += 1;
          this.#options.settings.logger.warn("receive failed", { error: describeError(error), failures });
          const pause = backoff(clock, failures, RECEIVE_BACKOFF.base, RECEIVE_BACKOFF.cap);
          await sleep(clock, pause, this.#stopReceiving.signal).catch(() => undefined);
        }
      }
    } finally {
      this.stop();
      await Promise.all(this.#batches);
      await this.#deletions.flush();
      stopHeartbeat();
    }
  }

  /** Receives no more. Running handlers get the stop timeout, what has not started is handed back. */
  stop(): void {
    if (this.#stopReceiving.signal.aborted) return;
    this.#stopReceiving.abort();
    this.#freed?.();
    const cancel = this.#options.settings.clock.timer(this.#options.stopTimeoutMs, () => this.#stopHandlers.abort());
    void Promise.all(this.#batches).then(cancel);
  }

  async #readQueueArn(): Promise<string> {
    const { sdk, client } = await this.#options.load();
    try {
      const answer = await client.send(
        new sdk.GetQueueAttributesCommand({ QueueUrl: this.#options.queueUrl, AttributeNames: ["QueueArn"] }),
      );
      return answer.Attributes?.QueueArn ?? "";
    } catch (error) {
      throw this.#fatal(error);
    }
  }

  async #waitForRoom(): Promise<void> {
    while (this.#inHand.size >= this.#options.maxInHand && !this.#stopReceiving.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const { sdk, client } = await this.#options.load();
    const room = this.#options.maxInHand - this.#inHand.size;
    const answer = await client.send(
      new sdk.ReceiveMessageCommand({
        QueueUrl: this.#options.queueUrl,
        MaxNumberOfMessages: Math.min(MAX_BATCH_ENTRIES, room),
        WaitTimeSeconds: this.#options.waitTimeSeconds,
        VisibilityTimeout: this.#options.visibilityTimeoutSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      // An empty long poll is all that this can cut short: SQS answers as soon as it has a message.
      { abortSignal: this.#stopReceiving.signal },
    );
    return answer.Messages ?? [];
  }

  #process(messages: readonly Message[]): void {
    const { settings, maxProcessingMs, processor } = this.#options;
    const records = messages.map((message) => recordOf(message, this.#queueArn));
    for (const record of records) this.#inHand.add(record.receiptHandle);
    const stopping = this.#stopReceiving.signal;
    const until = settings.clock.now() + maxProcessingMs;
    this.#sequence += 1;
    const batch = processor(
      records,
      {
        id: `poll-${Math.floor(settings.clock.random() * 2 ** 32).toString(36)}-${this.#sequence}`,
        functionName: settings.consumer,
        // Once told to stop, no handler is started any more.
        get deadline() {
          return stopping.aborted ? 0 : until;
        },
        endsAt: until + LEASE_MARGIN_MS,
        signal: this.#stopHandlers.signal,
      },
      (processed) => this.#settle(processed),
    ).then(
      () => {
        this.#batches.delete(batch);
      },
      (error: unknown) => {
        // The processor does not throw; if it did, the messages would come again after their visibility timeout.
        settings.logger.error("processing failed", { error: describeError(error) });
        for (const record of records) this.#release(record.receiptHandle);
        this.#batches.delete(batch);
      },
    );
    this.#batches.add(batch);
  }

  #settle({ record, fate }: Processed): void {
    if (fate.kind !== "retry") {
      this.#deletions.add(record.receiptHandle).catch((error: unknown) => {
        this.#options.settings.logger.warn("message not deleted; it comes again", {
          messageId: record.messageId,
          error: describeError(error),
        });
      });
    }
    this.#release(record.receiptHandle);
  }

  #release(receiptHandle: string): void {
    this.#inHand.delete(receiptHandle);
    this.#freed?.();
  }

  async #delete(handles: readonly string[]) {
    const { sdk, client } = await this.#options.load();
    const { clock } = this.#options.settings;
    const errors = new Map<string, unknown>();
    let open = [...handles];
    for (let attempt = 1; open.length > 0 && attempt <= DELETE_TRIES; attempt++) {
      if (attempt > 1) await sleep(clock, backoff(clock, attempt - 1, 100, 2_000));
      const answer = await client.send(
        new sdk.DeleteMessageBatchCommand({
          QueueUrl: this.#options.queueUrl,
          Entries: open.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
        }),
      );
      const failed = new Map(
        (answer.Failed ?? []).map((entry) => [Number(entry.Id), `${entry.Code}: ${entry.Message}`]),
      );
      for (const [index, handle] of open.entries()) {
        const reason = failed.get(index);
        if (reason === undefined) errors.delete(handle);
        else errors.set(handle, new Error(reason));
      }
      open = open.filter((_handle, index) => failed.has(index));
    }
    return handles.map((handle) =>
      errors.has(handle)
        ? ({ ok: false, error: errors.get(handle) } as const)
        : ({ ok: true, value: undefined } as const),
    );
  }

  /** Renews the visibility of what is in hand, three times in each timeout. */
  #heartbeat(): () => void {
    const { clock } = this.#options.settings;
    const period = (this.#options.visibilityTimeoutSeconds * 1_000) / 3;
    let cancel = () => {};
    const beat = () => {
      cancel = clock.timer(period, beat);
      void this.#renew();
    };
    cancel = clock.timer(period, beat);
    return () => cancel();
  }

  async #renew(): Promise<void> {
    const handles = [...this.#inHand];
    const { sdk, client } = await this.#options.load();
    for (let at = 0; at < handles.length; at += MAX_BATCH_ENTRIES) {
      // What got its fate meanwhile must not be hidden again: it may just have been made visible.
      const chunk = handles.slice(at, at + MAX_BATCH_ENTRIES).filter((handle) => this.#inHand.has(handle));
      if (chunk.length === 0) continue;
      const command = new sdk.ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.#options.queueUrl,
        Entries: chunk.map((handle, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: this.#options.visibilityTimeoutSeconds,
        })),
      });
      await client.send(command).catch((error: unknown) => {
        this.#options.settings.logger.warn("heartbeat failed", { messages: chunk.length, error: describeError(error) });
      });
    }
  }

  #fatal(error: unknown): FanfareError {
    const { name, message } = describeError(error);
    return new FanfareError(
      "ConfigurationInvalid",
      `the queue ${this.#options.queueUrl} cannot be read: ${name}: ${message}`,
      {
        field: "queueUrl",
        remedy:
          "check URL, region and the permissions sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility, GetQueueAttributes",
        cause: error,
      },
    );
  }
}

/** The record that Lambda would make of a message. */
function recordOf(message: Message, queueArn: string): SqsRecord {
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: {
      ...message.Attributes,
      ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? "1",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
        name,
        {
          dataType: attribute.DataType ?? "String",
          stringValue: attribute.StringValue,
          binaryValue:
            attribute.BinaryValue === undefined ? undefined : Buffer.from(attribute.BinaryValue).toString("base64"),
        },
      ]),
    ),
    eventSourceARN: queueArn,
  };
}
