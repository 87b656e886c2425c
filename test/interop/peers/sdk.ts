import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import {
  DeleteMessageCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Peer, PeerAttribute, PeerMessage } from "../peer.ts";
import type { World } from "../world.ts";

const RECEIVE_MS = 20_000;

/** The AWS SDK for JavaScript: carries messages that something else composed. */
export function sdkPeer({ sqs, sns, s3, readObject }: World): Peer {
  return {
    async send(target, messages) {
      for (const message of messages) {
        const common = {
          MessageAttributes: toAws(message.attributes),
          MessageGroupId: message.group,
          MessageDeduplicationId: message.deduplicationId,
        };
        await (target.startsWith("arn:")
          ? sns.send(new PublishCommand({ TopicArn: target, Message: message.body, ...common }))
          : sqs.send(new SendMessageCommand({ QueueUrl: target, MessageBody: message.body, ...common })));
      }
    },
    async receive(queueUrl, count) {
      const received: PeerMessage[] = [];
      const deadline = Date.now() + RECEIVE_MS;
      while (received.length < count && Date.now() < deadline) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: Math.min(10, count - received.length),
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ["All"],
            MessageAttributeNames: ["All"],
          }),
        );
        for (const { Body = "", MessageAttributes = {}, Attributes, ReceiptHandle } of Messages) {
          received.push({ body: Body, attributes: fromAws(MessageAttributes), group: Attributes?.MessageGroupId });
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
        }
      }
      return received;
    },
    async putObject(bucket, key, text) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    },
    getObject: (_bucket, key) => readObject(key),
    close: async () => {},
  };
}

function toAws(attributes: PeerMessage["attributes"]): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
  );
}

function fromAws(attributes: Record<string, MessageAttributeValue>): Record<string, PeerAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = "", StringValue = "" }]) => [
      name,
      { type: DataType, value: StringValue },
    ]),
  );
}
