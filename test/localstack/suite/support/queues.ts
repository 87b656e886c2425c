import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Trial } from "../trial.ts";
import { eventually } from "./eventually.ts";

/** All attributes of a queue. */
export async function readAttributes(sqs: SQSClient, QueueUrl: string): Promise<Readonly<Record<string, string>>> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return Attributes;
}

/** Messages in a queue, whether in flight or not. */
export async function depth(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const attributes = await readAttributes(sqs, QueueUrl);
  return Number(attributes.ApproximateNumberOfMessages) + Number(attributes.ApproximateNumberOfMessagesNotVisible);
}

/** Receives messages with all their attributes; waits a second for some. */
export async function receive(sqs: SQSClient, QueueUrl: string, visibilitySeconds = 30): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      VisibilityTimeout: visibilitySeconds,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

/** Takes the message whose body contains a text out of a queue. Messages of other cases are put back. */
export async function take({ clients: { sqs } }: Trial, QueueUrl: string, text: string): Promise<Message> {
  return await eventually(`${text} is in ${QueueUrl.split("/").at(-1)}`, async () => {
    let found: Message | undefined;
    for (const message of await receive(sqs, QueueUrl)) {
      const { ReceiptHandle, Body = "" } = message;
      if (found === undefined && Body.includes(text)) {
        found = message;
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      } else {
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
    }
    return found;
  });
}
