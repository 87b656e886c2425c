import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";
import { TestAppError } from "./errors.ts";

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  /** The CloudEvents envelope, if the body is one. */
  readonly event: { readonly id: string; readonly type: string; readonly data: unknown } | undefined;
  /** Why the consumer dead-lettered it. `undefined` where SQS moved the message itself: SQS gives no reason. */
  readonly reason:
    | { readonly error: string; readonly message: string; readonly attempt: number; readonly consumer: string }
    | undefined;
  readonly body: string;
}

/** Seconds that messages which have been read stay hidden while the rest is read. */
const HIDDEN_SECONDS = 60;

/** Most messages of one receive, and of one batch of visibility changes. Source: Amazon SQS API Reference, `ReceiveMessage`. */
const SQS_BATCH = 10;

/**
 * Reads a dead-letter queue and leaves its messages where they are.
 *
 * @param since milliseconds since the epoch: older messages are not returned, for endpoints that outlive a test
 * @throws TestAppError `NotReadable` where a FIFO queue withholds more of a group than can be read at once
 */
export async function readDeadLetters(sqs: SQSClient, QueueUrl: string, since = 0): Promise<readonly DeadLetter[]> {
  const messages: Message[] = [];
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: SQS_BATCH,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["SentTimestamp"],
        }),
      );
      if (Messages.length === 0) {
        break;
      }
      messages.push(...Messages);
    }
    await assertAllRead(sqs, QueueUrl, messages.length);
  } finally {
    await release(sqs, QueueUrl, messages);
  }
  return messages.filter(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0) >= since).map(deadLetterOf);
}

/** A FIFO queue delivers no more messages of a group while ten of them are in flight. */
async function assertAllRead(sqs: SQSClient, QueueUrl: string, read: number): Promise<void> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  const left = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  if (left > 0) {
    throw new TestAppError(
      "NotReadable",
      `the dead-letter queue ${QueueUrl} holds ${read + left} messages, but only ${read} of them can be read at once`,
      { remedy: "let fewer messages of one message group fail in the test" },
    );
  }
}

async function release(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let at = 0; at < messages.length; at += SQS_BATCH) {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: messages
          .slice(at, at + SQS_BATCH)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 })),
      }),
    );
  }
}

function deadLetterOf({ MessageId = "", Body = "", MessageAttributes = {} }: Message): DeadLetter {
  const { id, type, data } = objectOf(parseJson(Body));
  const { error, message, attempt, consumer } = objectOf(
    parseJson(MessageAttributes[FAILURE_ATTRIBUTE]?.StringValue ?? ""),
  );
  return {
    messageId: MessageId,
    event: typeof id === "string" && typeof type === "string" ? { id, type, data } : undefined,
    reason:
      error === undefined
        ? undefined
        : { error: String(error), message: String(message), attempt: Number(attempt), consumer: String(consumer) },
    body: Body,
  };
}
