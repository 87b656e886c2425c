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
          ...traceHeader(),
          ...(message.delaySeconds === undefined ? {} : { DelaySeconds: message.delaySeconds }),
        })),
      });
      const response = await call((client, options) => client.send(command, options), { ms, tryMs: ms });
      return receipts(messages.length, response);
    },
  };
}

/**
 * X-Ray's trace header of the invocation, which Lambda keeps in a variable: as a system attribute it reaches the consumer's record, and
 * counts neither as an attribute nor in the message's size. SNS takes it from the call's HTTP header.
 * Source: Amazon SQS Developer Guide, "Message system attributes"; AWS X-Ray Developer Guide, "Amazon SQS and AWS X-Ray".
 */
function traceHeader() {
  const header = process.env._X_AMZN_TRACE_ID;
  return header === undefined || header === ""
    ? {}
    : { MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: header } } };
}
