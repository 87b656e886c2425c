import { callEntries, entryResults, isTransient } from "../../aws/index.ts";
import { chunksOf, type EntryResult, retryEntries } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { type Cloud, mapLimited } from "../cloud/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";
import { letterOf } from "./letter.ts";
import type { Letter } from "./types.ts";

/** Calls per entry at most, and the pause between them in milliseconds. */
const MAX_ATTEMPTS = 5;
const PAUSE_MS = 100;

/** Letters of a dead-letter queue that are hidden from others while they are looked at. What is not deleted is given back. */
export class LetterLease {
  readonly #cloud: Cloud;
  readonly #target: DeadLetterTarget;
  readonly #seconds: number;
  /** Receipt handles by message id. */
  readonly #held = new Map<string, string>();

  /** @param seconds how long a letter stays hidden if this process disappears */
  constructor(cloud: Cloud, target: DeadLetterTarget, seconds: number) {
    this.#cloud = cloud;
    this.#target = target;
    this.#seconds = seconds;
  }

  /** Letters that are hidden now. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes up to ten letters. Those whose lease had ended may be among them again. */
  async take(waitSeconds = 0, max = MAX_BATCH_ENTRIES): Promise<readonly Letter[]> {
    const { sdk, call } = await this.#cloud.sqs();
    const command = new sdk.ReceiveMessageCommand({
      QueueUrl: this.#target.queue.url,
      MaxNumberOfMessages: max,
      VisibilityTimeout: this.#seconds,
      WaitTimeSeconds: waitSeconds,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId", "ApproximateReceiveCount"],
    });
    const { Messages = [] } = await call((client, options) => client.send(command, options));
    const letters = Messages.map((message) => letterOf(message, this.#target.kind));
    for (const { messageId, receiptHandle } of letters) {
      this.#held.set(messageId, receiptHandle);
    }
    return letters;
  }

  /** Deletes letters. @returns the ids of those that SQS did not delete: they come back when their lease ends */
  async delete(messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const failed = await this.#each(messageIds, async (entries) => {
      const { sdk, call } = await this.#cloud.sqs();
      const command = new sdk.DeleteMessageBatchCommand({ QueueUrl: this.#target.queue.url, Entries: entries });
      return entryResults(entries.length, await call((client, options) => client.send(command, options)));
    });
    for (const id of messageIds) {
      this.#held.delete(id);
    }
    return failed;
  }

  /** Gives everything back that was not deleted. Never throws: what cannot be given back comes back when its lease ends. */
  async giveBack(messageIds: readonly string[] = [...this.#held.keys()]): Promise<void> {
    await mapLimited(chunksOf(messageIds, MAX_BATCH_ENTRIES), (ids) =>
      this.#each(ids, async (entries) => {
        const { sdk, call } = await this.#cloud.sqs();
        const command = new sdk.ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#target.queue.url,
          Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
        });
        return entryResults(entries.length, await call((client, options) => client.send(command, options)));
      }),
    ).catch(() => undefined);
    for (const id of messageIds) {
      this.#held.delete(id);
    }
  }

  async #each(
    messageIds: readonly string[],
    send: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<readonly EntryResult<unknown>[]>,
  ): Promise<ReadonlySet<string>> {
    const entries = messageIds.map((messageId) => ({ messageId, handle: this.#held.get(messageId) ?? "" }));
    const results = await retryEntries(entries, {
      maxAttempts: MAX_ATTEMPTS,
      isTransient,
      call: (open) =>
        callEntries(open, (some) =>
          send(some.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }))),
        ),
      pause: async (attempt) => {
        await new Promise((done) => setTimeout(done, PAUSE_MS * attempt));
        return true;
      },
    });
    return new Set(messageIds.filter((_, index) => results[index]?.ok !== true));
  }
}
