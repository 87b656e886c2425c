import type { SQSClient } from "@aws-sdk/client-sqs";
import { sqsLoader } from "../aws/index.ts";
import { SQS_MAX_BYTES } from "../wire/index.ts";
import { receipts, type Transport } from "./transport.ts";

/** Sends to a queue directly, without a topic. */
export function sqsTransport(queueUrl: string, client: SQSClient | undefined): Transport {
  const fifo = queueUrl.endsWith(".fifo");
  const load = sqsLoader(client);

  return {
    ordered: fifo,
    delays: !fifo,
    defaultMaxBytes: SQS_MAX_BYTES,
    batchBytes: () => SQS_MAX_BYTES,
    async send(messages) {
      const { sdk, client: sqs } = await load();
      const response = await sqs.send(
        new sdk.SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map((message, index) => ({
            Id: String(index),
            MessageBody: message.body,
            MessageAttributes: { ...message.attributes },
            ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
            ...(fifo ? { MessageDeduplicationId: message.deduplicationId } : {}),
            ...(message.delaySeconds === undefined ? {} : { DelaySeconds: message.delaySeconds }),
          })),
        }),
      );
      return receipts(messages.length, response);
    },
  };
}
