import { setTimeout as delay } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type SqsRecord, sqsRecordOf } from "../../std/index.ts";
import { SQS_BATCH } from "./limits.ts";

/** Tries for entries that a batch call answers in `Failed`; the SDK retries only whole calls. */
const ENTRY_ATTEMPTS = 3;
const ENTRY_RETRY_MS = 50;

/** An entry that could not be deleted or released. */
export interface FailedEntry {
  readonly messageId: string;
  readonly reason: string;
}

/** One queue as a poller sees it. */
export class QueueClient {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #queue: { arn: string; region: string };

  constructor(client: SQSClient, queue: { url: string; arn: string; region: string }) {
    this.#client = client;
    this.#url = queue.url;
    this.#queue = queue;
  }

  /** Receives up to `max` (at most 10) messages, waiting up to `waitSeconds` (at most 20) for the first. */
  async receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<SqsRecord[]> {
    const { Messages } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return (Messages ?? []).map((message) => sqsRecordOf(message, this.#queue.arn));
  }

  /** Deletes messages, 10 a call. Gives those that are still there after several tries. */
  delete(records: readonly SqsRecord[]): Promise<FailedEntry[]> {
    return this.#inBatches(records, (Entries) =>
      this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries })),
    );
  }

  /** Makes messages visible again at once, 10 a call. */
  release(records: readonly SqsRecord[]): Promise<FailedEntry[]> {
    return this.#inBatches(records, (entries) =>
      this.#client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#url,
          Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
        }),
      ),
    );
  }

  async #inBatches(
    records: readonly SqsRecord[],
    send: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<BatchAnswer>,
  ): Promise<FailedEntry[]> {
    const failed: FailedEntry[] = [];
    for (let start = 0; start < records.length; start += SQS_BATCH) {
      failed.push(...(await sendWithRetry(records.slice(start, start + SQS_BATCH), send)));
    }
    return failed;
  }
}

interface BatchAnswer {
  readonly Failed?: readonly {
    readonly Id: string | undefined;
    readonly Code: string | undefined;
    readonly SenderFault: boolean | undefined;
    readonly Message?: string | undefined;
  }[];
}

async function sendWithRetry(
  records: readonly SqsRecord[],
  send: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<BatchAnswer>,
): Promise<FailedEntry[]> {
  const final: FailedEntry[] = [];
  let open = records;
  for (let attempt = 1; open.length > 0; attempt++) {
    const batch = open;
    const { Failed = [] } = await send(
      batch.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
    );
    const retry: SqsRecord[] = [];
    for (const { Id, Code, SenderFault, Message } of Failed) {
      const record = batch[Number(Id)];
      if (record === undefined) {
        continue;
      }
      if (SenderFault !== true && attempt < ENTRY_ATTEMPTS) {
        retry.push(record);
      } else {
        final.push({ messageId: record.messageId, reason: Message ?? Code ?? "unknown" });
      }
    }
    open = retry;
    if (open.length > 0) {
      await delay(ENTRY_RETRY_MS * attempt);
    }
  }
  return final;
}
