import type { Message } from "@aws-sdk/client-sqs";
import type { PollingSqsLoader } from "../aws/index.ts";
import { Batcher } from "../batch/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import { describeError } from "../errors/index.ts";
import type { EntryResult } from "../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../wire/index.ts";
import type { Logger } from "./logger.ts";

import { within } from "./within.ts";

/** What a {@link PollQueue} takes. */
export interface PollQueueOptions {
  readonly queueUrl: string;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly load: PollingSqsLoader;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An entry of a batch call that SQS may refuse by itself. */
interface Failure {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  /** Whether asking again is of no use. */
  readonly SenderFault?: boolean | undefined;
}

/** Milliseconds that a deletion or a change of visibility may wait for others. */
const LINGER_MS = 20;

/** Tries to delete a message or to hand it back. What stays undeleted comes again, and is then a duplicate. */
const TRIES = 4;

/** Milliseconds that one call may take, the SDK's own tries included: stopping waits for it. */
const CALL_MS = 10_000;

/** A queue as its poller uses it: receives, and batched calls for messages that it has received. */
export class PollQueue {
  readonly #options: PollQueueOptions;
  readonly #deletions: Batcher<string, undefined>;
  readonly #visibilities: Batcher<{ readonly handle: string; readonly seconds: number }, undefined>;
  /** The heartbeat that is under way. */
  #renewing: Promise<void> = Promise.resolve();

  constructor(options: PollQueueOptions) {
    this.#options = options;
    const calls = { clock: options.clock, maxItems: MAX_BATCH_ENTRIES, lingerMs: LINGER_MS, concurrency: 4 };
    this.#deletions = new Batcher({
      ...calls,
      send: (handles) => this.#untilTaken(handles, (open) => this.#delete(open)),
    });
    this.#visibilities = new Batcher({
      ...calls,
      send: async (entries) => {
        // A heartbeat that overtook this would hide the messages again.
        await this.#renewing;
        return await this.#untilTaken(entries, (open) => this.#setVisibility(open));
      },
    });
  }

  /** Reads the queue's ARN. */
  async arn(): Promise<string> {
    const { sdk, client } = await this.#options.load();
    const answer = await client.send(
      new sdk.GetQueueAttributesCommand({ QueueUrl: this.#options.queueUrl, AttributeNames: ["QueueArn"] }),
    );
    return answer.Attributes?.QueueArn ?? "";
  }

  /** Waits for up to `room` messages, as long as one long poll lasts. */
  async receive(room: number, abortSignal: AbortSignal): Promise<readonly Message[]> {
    const { sdk, client } = await this.#options.load();
    const answer = await client.send(
      new sdk.ReceiveMessageCommand({
        QueueUrl: this.#options.queueUrl,
        MaxNumberOfMessages: Math.min(MAX_BATCH_ENTRIES, room),
        WaitTimeSeconds: this.#options.waitTimeSeconds,
        VisibilityTimeout: this.#options.visibilityTimeoutSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      { abortSignal },
    );
    return answer.Messages ?? [];
  }

  /** Deletes a message, in a call with others. Never throws: what is not deleted comes again. */
  async delete(handle: string, messageId: string): Promise<void> {
    await this.#deletions.add(handle).catch((error: unknown) => {
      this.#options.logger.warn("message not deleted; it comes again", { messageId, error: describeError(error) });
    });
  }

  /** Sets in how many seconds a message comes again, in a call with others. Never throws: it comes again in any case. */
  async comeAgainIn(seconds: number, handle: string, messageId: string): Promise<void> {
    await this.#visibilities.add({ handle, seconds }).catch((error: unknown) => {
      this.#options.logger.warn("backoff not set", { messageId, error: describeError(error).message });
    });
  }

  /** Hides messages for another visibility timeout. `stillInHand` is asked right before each call. Never throws. */
  async renew(handles: readonly string[], stillInHand: (handle: string) => boolean): Promise<void> {
    const renewals: Promise<void>[] = [];
    const seconds = this.#options.visibilityTimeoutSeconds;
    for (let at = 0; at < handles.length; at += MAX_BATCH_ENTRIES) {
      const chunk = handles.slice(at, at + MAX_BATCH_ENTRIES).filter(stillInHand);
      if (chunk.length === 0) continue;
      const renewal = this.#setVisibility(chunk.map((handle) => ({ handle, seconds }))).then(
        (failures) => {
          if (failures.length > 0) this.#options.logger.warn("heartbeat failed", { messages: failures.length });
        },
        (error: unknown) => {
          this.#options.logger.warn("heartbeat failed", { messages: chunk.length, error: describeError(error) });
        },
      );
      renewals.push(renewal);
    }
    this.#renewing = Promise.all(renewals).then(() => undefined);
    await this.#renewing;
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    await Promise.all([this.#deletions.flush(), this.#visibilities.flush()]);
  }

  async #delete(handles: readonly string[]): Promise<readonly Failure[]> {
    const { sdk, client } = await this.#options.load();
    const command = new sdk.DeleteMessageBatchCommand({
      QueueUrl: this.#options.queueUrl,
      Entries: handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
    });
    const answer = await this.#inTime("deleting", (abortSignal) => client.send(command, { abortSignal }));
    return answer.Failed ?? [];
  }

  async #setVisibility(entries: readonly { handle: string; seconds: number }[]): Promise<readonly Failure[]> {
    const { sdk, client } = await this.#options.load();
    const command = new sdk.ChangeMessageVisibilityBatchCommand({
      QueueUrl: this.#options.queueUrl,
      Entries: entries.map(({ handle, seconds }, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      })),
    });
    const answer = await this.#inTime("setting the visibility", (abortSignal) => client.send(command, { abortSignal }));
    return answer.Failed ?? [];
  }

  async #inTime<Answer>(what: string, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { clock } = this.#options;
    return await within(clock, clock.now() + CALL_MS, what, call);
  }

  /** Makes a batch call, and again for the entries that were not taken. */
  async #untilTaken<Item>(
    items: readonly Item[],
    call: (items: readonly Item[]) => Promise<readonly Failure[]>,
  ): Promise<readonly EntryResult<undefined>[]> {
    const { clock } = this.#options;
    const errors = new Map<Item, unknown>();
    let open = items;
    for (let attempt = 1; open.length > 0 && attempt <= TRIES; attempt++) {
      if (attempt > 1) await sleep(clock, backoff(clock, attempt - 1, 100, 2_000));
      const failures = await call(open).catch((error: unknown): readonly Failure[] =>
        open.map((_item, index) => ({ Id: String(index), Code: describeError(error).name, Message: String(error) })),
      );
      const reasons = new Map(failures.map(({ Id, Code, Message }) => [Number(Id), new Error(`${Code}: ${Message}`)]));
      for (const [index, item] of open.entries()) {
        const reason = reasons.get(index);
        if (reason === undefined) errors.delete(item);
        else errors.set(item, reason);
      }
      const final = new Set(failures.filter(({ SenderFault }) => SenderFault === true).map(({ Id }) => Number(Id)));
      open = open.filter((_item, index) => reasons.has(index) && !final.has(index));
    }
    return items.map((item) =>
      errors.has(item) ? { ok: false, error: errors.get(item) } : { ok: true, value: undefined },
    );
  }
}
