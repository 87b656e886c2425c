import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { TestAppError } from "./errors.ts";
import type { AppSubscriber } from "./subscribers.ts";

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  /** The envelope, where the body is one. */
  readonly event: { readonly id: string; readonly type: string; readonly data: unknown } | undefined;
  /** Why the consumer gave it up. `undefined` for what SQS moved by itself: SQS gives no reason. */
  readonly reason:
    | { readonly error: string; readonly message: string; readonly attempt: number; readonly consumer: string }
    | undefined;
  readonly body: string;
}

/** Seconds that what has been read stays hidden while the rest is read. */
const HIDDEN_SECONDS = 60;

/** Messages of one receive and of one change of visibility. Source: Amazon SQS API Reference, `ReceiveMessage`. */
const SQS_BATCH = 10;

/**
 * Reads the dead letters of a subscriber and leaves them where they are.
 *
 * @param since milliseconds since the epoch: messages of before are not shown, for endpoints that outlive a test.
 * @throws TestAppError `NotFound` without a dead-letter queue; `NotReadable` where a FIFO queue holds back more of a group than
 *   can be read at once.
 */
export async function readDeadLetters(
  sqs: SQSClient,
  subscriber: AppSubscriber,
  since: number,
): Promise<readonly DeadLetter[]> {
  if (subscriber.deadLetterQueueArn === undefined) {
    throw new TestAppError("NotFound", `${subscriber.title} has no dead-letter queue`);
  }
  const name = subscriber.deadLetterQueueArn.slice(subscriber.deadLetterQueueArn.lastIndexOf(":") + 1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
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
      if (Messages.length === 0) break;
      messages.push(...Messages);
    }
    await assertAllRead(sqs, QueueUrl, name, messages.length);
  } finally {
    await release(sqs, QueueUrl, messages);
  }
  return messages.filter(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0) >= since).map(deadLetterOf);
}

/** A FIFO queue gives no more of a group while ten of it are being looked at. */
async function assertAllRead(sqs: SQSClient, QueueUrl: string | undefined, name: string, read: number): Promise<void> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  const left = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  if (left > 0) {
    throw new TestAppError(
      "NotReadable",
      `${name} holds ${read + left} messages, and only ${read} can be read at once`,
      {
        remedy: "let fewer messages of one group fail in the test",
      },
    );
  }
}

async function release(sqs: SQSClient, QueueUrl: string | undefined, messages: readonly Message[]): Promise<void> {
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
  const envelope = objectOf(Body);
  const { id, type, data } = envelope ?? {};
  const reason = objectOf(MessageAttributes[FAILURE_ATTRIBUTE]?.StringValue);
  return {
    messageId: MessageId,
    event: typeof id === "string" && typeof type === "string" ? { id, type, data } : undefined,
    reason:
      reason === undefined
        ? undefined
        : {
            error: String(reason.error),
            message: String(reason.message),
            attempt: Number(reason.attempt),
            consumer: String(reason.consumer),
          },
    body: Body,
  };
}

function objectOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
