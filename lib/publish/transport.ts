import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type BatchResponse, entryResults } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import type { EntryResult } from "../std/index.ts";
import type { WireAttributes } from "../wire/index.ts";

/** A message as it is handed to a transport. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: WireAttributes;
  readonly group: string | undefined;
  readonly deduplicationId: string;
  /** Standard queues only. */
  readonly delaySeconds: number | undefined;
}

/** What AWS returns for a message that it accepted. */
export interface Receipt {
  readonly messageId: string;
  /** FIFO only. */
  readonly sequenceNumber: string | undefined;
}

/** What a transport takes besides its target. */
export interface TransportOptions {
  /** The user's own clients. */
  readonly clients: { readonly sns?: SNSClient; readonly sqs?: SQSClient } | undefined;
  readonly clock: Clock;
  /** Milliseconds that one call may take. */
  readonly attemptTimeoutMs: number;
}

/** A topic or a queue. */
export interface Transport {
  /** Whether the target is FIFO: then messages of a group are sent one after another. */
  readonly ordered: boolean;
  /** Whether a single message can be delayed. */
  readonly delays: boolean;
  /** Default maximum size of one message, in bytes. */
  readonly defaultMaxBytes: number;
  /** Maximum number of bytes of all messages of one call, given that of one message. */
  batchBytes(maxMessageBytes: number): number;
  /** Sends at most 10 messages in one call. Throws what the SDK throws when the call as a whole fails. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly EntryResult<Receipt>[]>;
}

/** The result of each message of a call whose entry ids are the messages' places. */
export function receipts(
  count: number,
  response: BatchResponse<{ readonly MessageId?: string | undefined; readonly SequenceNumber?: string | undefined }>,
): readonly EntryResult<Receipt>[] {
  return entryResults(count, response).map((result) =>
    result.ok
      ? { ok: true, value: { messageId: result.value.MessageId ?? "", sequenceNumber: result.value.SequenceNumber } }
      : result,
  );
}
