import { regionOfQueueUrl, sqsLoader } from "../aws/index.ts";
import { SQS_MAX_BYTES } from "../wire/index.ts";
import { receipts, type Transport, type TransportOptions } from "./transport.ts";

/** Sends to a queue directly, without a topic, in the queue's own Region. */
export function sqsTransport(queueUrl: string, { clients, clock, attemptTimeoutMs: ms }: TransportOptions): Transport {
  const region = regionOfQueueUrl(queueUrl);
  const fifo = queueUrl.endsWith(".fifo");
  const load = sqsLoader({ client: clients?.sqs, clock });

  return {
    ordered: fifo,
    delays: !fifo,
    defaultMaxBytes: SQS_MAX_BYTES,
    batchBytes: () => SQS_MAX_BYTES,
    async send(messages) {
      const { sdk, call } = await load(region);
      const command = new sdk.SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map((message, index) => ({
          Id: String(index),
          MessageBody: message.body,
          MessageAttributes: { ...message.attributes },
          ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
          ...(fifo ? { MessageDeduplicationId: message.deduplicationId } : {}),
          ...(message.delaySeconds === undefined ? {} : { DelaySeconds: message.delaySeconds }),
        })),
      });
      const response = await call((client, options) => client.send(command, options), { ms, tryMs: ms });
      return receipts(messages.length, response);
    },
  };
}
