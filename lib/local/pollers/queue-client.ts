import { setTimeout as delay } from "node:timers/promises";
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { type EntryResult, retryEntries, type SqsRecord, sqsRecordOf } from "../../std/index.ts";
import { describeError, type QueueCalls } from "../common/index.ts";
import { SQS_BATCH } from "./limits.ts";
import type { SourceDepth } from "./stats.ts";

/** Attempts for the entries in `Failed` of a batch call. The SDK retries only whole calls. */
const MAX_ATTEMPTS = 3;
/** Pause before the second attempt; it grows by the same amount for each further one. */
const RETRY_MS = 50;

/** A message that could not be deleted or released. */
export interface FailedEntry {
  readonly messageId: string;
  readonly reason: string;
}

/** One queue as a poller sees it. */
export class QueueClient {
  readonly #calls: QueueCalls;
  readonly #queue: { url: string; arn: string };

  constructor(calls: QueueCalls, queue: { url: string; arn: string }) {
    this.#calls = calls;
    this.#queue = queue;
  }

  /** Receives up to `max` (at most 10) messages, waiting up to `waitSeconds` (at most 20) for the first. */
  async receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<SqsRecord[]> {
    const { Messages } = await this.#calls.receiveMessage(
      {
        QueueUrl: this.#queue.url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      },
      signal,
    );
    return (Messages ?? []).map((message) => sqsRecordOf(message, this.#queue.arn));
  }

  /** Deletes messages, at most 10 per call. Returns those that are still there after several attempts. */
  delete(records: readonly SqsRecord[]): Promise<FailedEntry[]> {
    return this.#inBatches(records, (Entries) =>
      this.#calls.deleteMessageBatch({ QueueUrl: this.#queue.url, Entries }),
    );
  }

  /** Makes messages visible again at once, at most 10 per call. Returns those that stay invisible after several attempts. */
  release(records: readonly SqsRecord[]): Promise<FailedEntry[]> {
    return this.#inBatches(records, (entries) =>
      this.#calls.changeMessageVisibilityBatch({
        QueueUrl: this.#queue.url,
        Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    );
  }

  async depth(): Promise<SourceDepth> {
    const { Attributes = {} } = await this.#calls.getQueueAttributes({
      QueueUrl: this.#queue.url,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    });
    return {
      sourceArn: this.#queue.arn,
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }

  async #inBatches(
    records: readonly SqsRecord[],
    send: (entries: RequestEntry[]) => Promise<{ Failed?: BatchResultErrorEntry[] | undefined }>,
  ): Promise<FailedEntry[]> {
    const failed: FailedEntry[] = [];
    for (let start = 0; start < records.length; start += SQS_BATCH) {
      const batch = records.slice(start, start + SQS_BATCH);
      const results = await retryEntries(batch, {
        maxAttempts: MAX_ATTEMPTS,
        call: async (open) => resultsOf(open, await send(open.map(toEntry))),
        isTransient: (error) => !(error instanceof EntryFailure && error.senderFault),
        pause: (attempt) => delay(RETRY_MS * attempt, true),
      });
      for (const [index, { messageId }] of batch.entries()) {
        const result = results[index];
        if (result?.ok === false) {
          failed.push({ messageId, reason: describeError(result.error) });
        }
      }
    }
    return failed;
  }
}

interface RequestEntry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

/** Why the queue refused one entry. */
class EntryFailure extends Error {
  /** Whether the entry itself is wrong, so that another attempt would fail as well. */
  readonly senderFault: boolean;

  constructor({ Message, Code, SenderFault }: BatchResultErrorEntry) {
    super(Message ?? Code ?? "the queue gave no reason");
    this.senderFault = SenderFault === true;
  }
}

function toEntry({ receiptHandle }: SqsRecord, index: number): RequestEntry {
  return { Id: String(index), ReceiptHandle: receiptHandle };
}

function resultsOf(
  records: readonly SqsRecord[],
  { Failed = [] }: { readonly Failed?: readonly BatchResultErrorEntry[] | undefined },
): EntryResult<undefined>[] {
  const failures = new Map(Failed.map((failure) => [failure.Id, new EntryFailure(failure)]));
  return records.map((_record, index) => {
    const error = failures.get(String(index));
    return error === undefined ? { ok: true, value: undefined } : { ok: false, error };
  });
}
