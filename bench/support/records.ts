import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { z } from "zod";

/** What an event carries. */
export interface Content {
  readonly type: "bench.OrderPlaced" | "bench.WebhookReceived" | "bench.DocumentWritten";
  readonly data: object;
}

/** Makes the content of the n-th event. */
export type Contents = (index: number) => Content;

/** About 100 bytes of data. */
export const smallOrders: Contents = (index) => ({
  type: "bench.OrderPlaced",
  data: { orderId: `order-${index}`, customerId: `customer-${index % 100}`, region: "eu", total: index % 500 },
});

const examples = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));

let webhooks: readonly object[] | undefined;

/** The 329 real payloads of `@octokit/webhooks-examples`, over and over: 10 KB on average. */
export const realWebhooks: Contents = (index) => {
  webhooks ??= examples
    .parse(createRequire(import.meta.url)("@octokit/webhooks-examples"))
    .flatMap((entry) => entry.examples);
  return { type: "bench.WebhookReceived", data: webhooks[index % webhooks.length] ?? {} };
};

/** Texts of a size. */
export const documents =
  (bytes: number): Contents =>
  (index) => ({ type: "bench.DocumentWritten", data: { documentId: `document-${index}`, text: "x".repeat(bytes) } });

/** How records are made. */
export interface RecordOptions {
  /** Message groups, which makes them records of a FIFO queue. */
  readonly groups?: number;
  /** The trace context that each event carries. */
  readonly traceparent?: string;
  /** When events were published and messages sent, in milliseconds since the Unix epoch. @default a time on 21 November 2026 */
  readonly sentAt?: number;
}

/** 21 November 2026, noon. */
const NOON = 1_795_262_400_000;

/** Records as Lambda hands them over, each with an event of its own. */
export function sqsEvent(count: number, contents: Contents, options: RecordOptions = {}): SQSEvent {
  return { Records: Array.from({ length: count }, (_, index) => record(contents(index), index, options)) };
}

function record(
  { type, data }: Content,
  index: number,
  { groups, traceparent, sentAt = NOON }: RecordOptions,
): SQSRecord {
  const id = randomUUID();
  const time = new Date(sentAt).toISOString();
  const envelope = {
    specversion: "1.0",
    id,
    source: "urn:fanfare:bench",
    type,
    time,
    datacontenttype: "application/json",
    dataversion: 1,
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
  const suffix = groups === undefined ? "" : ".fifo";
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body: JSON.stringify(envelope),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(sentAt),
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: String(sentAt + 100),
      ...(groups === undefined
        ? {}
        : { MessageGroupId: `group-${index % groups}`, SequenceNumber: String(index), MessageDeduplicationId: id }),
    },
    messageAttributes: { type: { stringValue: type, dataType: "String", stringListValues: [], binaryListValues: [] } },
    md5OfBody: "5d41402abc4b2a76b9719d911017c592",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:bench${suffix}`,
    awsRegion: "eu-central-1",
  };
}
