import { snsLoader } from "../aws/index.ts";
import { SNS_DEFAULT_MAX_BYTES } from "../wire/index.ts";
import { receipts, type Transport, type TransportOptions } from "./transport.ts";

/** Publishes to a topic, in the topic's own Region: SNS refuses publications in others. */
export function snsTransport(topicArn: string, { clients, clock, attemptTimeoutMs: ms }: TransportOptions): Transport {
  const fifo = topicArn.endsWith(".fifo");
  const region = topicArn.split(":")[3];
  const load = snsLoader({ client: clients?.sns, clock }, region);

  return {
    ordered: fifo,
    delays: false,
    defaultMaxBytes: SNS_DEFAULT_MAX_BYTES,
    // All entries of a batch together may be as large as one message. Source: Amazon SNS API Reference, `PublishBatch`.
    batchBytes: (maxMessageBytes) => maxMessageBytes,
    async send(messages) {
      const { sdk, call } = await load();
      const command = new sdk.PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: messages.map((message, index) => ({
          Id: String(index),
          Message: message.body,
          MessageAttributes: { ...message.attributes },
          // From a standard topic the group reaches standard queues, as the tenant of a fair queue.
          ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
          ...(fifo ? { MessageDeduplicationId: message.deduplicationId } : {}),
        })),
      });
      const response = await call((client, options) => client.send(command, options), { ms, tryMs: ms });
      return receipts(messages.length, response);
    },
  };
}
