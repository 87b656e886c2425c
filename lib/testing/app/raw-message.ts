import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";

/** A message as a queue holds it. */
export interface RawMessage {
  /** The text of the message: usually a CloudEvents envelope as JSON. */
  readonly body: string;
  /** At most 10. @default none */
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>;
  /** Message group. @default none; on FIFO a group of its own */
  readonly group?: string;
}

/** The call that puts a message into a queue. */
export function sendCommand(queueUrl: string, { body, attributes = {}, group }: RawMessage): SendMessageCommand {
  const fifo = queueUrl.endsWith(".fifo");
  return new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
        name,
        { DataType, ...(StringValue === undefined ? {} : { StringValue }) },
      ]),
    ),
    ...(group === undefined ? {} : { MessageGroupId: group }),
    ...(fifo ? { MessageGroupId: group ?? randomUUID(), MessageDeduplicationId: randomUUID() } : {}),
  });
}
