import type { SQSClient } from "@aws-sdk/client-sqs";
import { SQS_MAX_BYTES } from "../wire/index.ts";
import { readBatchAnswer, type Transport } from "./transport.ts";

/** Sends to a queue: point to point, without a topic. */
export function sqsTransport(queueUrl: string, client: SQSClient | undefined): Transport {
  const fifo = queueUrl.endsWith(".fifo");
  let loaded: Promise<{ sdk: typeof import("./sqs-transport.sdk.ts"); client: SQSClient }> | undefined;
  const load = () => {
    loaded ??= import("@aws-sdk/client-sqs").then((sdk) => ({
      sdk,
      // The configured endpoint decides, not the host in the URL: emulators hand out hosts that do not resolve.
      client: client ?? new sdk.SQSClient({ useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL === undefined }),
    }));
    return loaded;
  };

  return {
    ordered: fifo,
    delays: !fifo,
    defaultMaxBytes: SQS_MAX_BYTES,
    batchBytes: () => SQS_MAX_BYTES,
    async send(messages) {
      const { sdk, client: sqs } = await load();
      const answer = await sqs.send(
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
      return readBatchAnswer(messages.length, answer);
    },
  };
}
