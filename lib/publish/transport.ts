import type { WireAttributes } from "../wire/index.ts";

/** One message on its way. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: WireAttributes;
  readonly group: string | undefined;
  readonly deduplicationId: string;
  /** Standard queues only. */
  readonly delaySeconds: number | undefined;
}

/** What AWS answered for a message that it took. */
export interface Receipt {
  readonly messageId: string;
  /** FIFO only. */
  readonly sequenceNumber: string | undefined;
}

/** What became of one message of a call. */
export type SendOutcome =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean };

/** A topic or a queue. */
export interface Transport {
  /** Whether the target is FIFO: then messages of a group are sent one after another. */
  readonly ordered: boolean;
  /** Whether messages may be delayed one by one. */
  readonly delays: boolean;
  /** Bytes of one message unless the caller knows better. */
  readonly defaultMaxBytes: number;
  /** Bytes of all messages of one call, given those of one message. */
  batchBytes(maxMessageBytes: number): number;
  /** Sends at most 10 messages in one call. Throws what the SDK throws when the call as a whole fails. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly SendOutcome[]>;
}

interface BatchAnswer {
  readonly Successful?: readonly { Id?: string; MessageId?: string; SequenceNumber?: string }[];
  readonly Failed?: readonly { Id?: string; Code?: string; Message?: string; SenderFault?: boolean }[];
}

/** SNS and SQS answer batches in one form: entries by id, those that failed apart. An entry that is in neither list failed. */
export function readBatchAnswer(count: number, answer: BatchAnswer): readonly SendOutcome[] {
  const outcomes = Array.from(
    { length: count },
    (): SendOutcome => ({
      ok: false,
      code: "NoAnswer",
      message: "the answer does not name the entry",
      retryable: true,
    }),
  );
  for (const entry of answer.Successful ?? []) {
    outcomes[Number(entry.Id)] = {
      ok: true,
      receipt: { messageId: entry.MessageId ?? "", sequenceNumber: entry.SequenceNumber },
    };
  }
  for (const entry of answer.Failed ?? []) {
    outcomes[Number(entry.Id)] = {
      ok: false,
      code: entry.Code ?? "Unknown",
      message: entry.Message ?? "",
      retryable: entry.SenderFault !== true,
    };
  }
  return outcomes;
}
