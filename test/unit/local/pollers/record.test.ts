import fc from "fast-check";
import { expect, test } from "vitest";
import { recordBytes, splitBySize } from "../../../../lib/local/pollers/index.ts";
import { type SqsRecord, sqsRecordOf } from "../../../../lib/std/index.ts";

const queue = { arn: "arn:aws:sqs:eu-central-1:000000000000:q", region: "eu-central-1" };

test("a message becomes Lambda's record", () => {
  expect(
    sqsRecordOf(
      {
        MessageId: "id",
        ReceiptHandle: "handle",
        Body: "hello",
        MD5OfBody: "5d41402abc4b2a76b9719d911017c592",
        MD5OfMessageAttributes: "abc",
        Attributes: { ApproximateReceiveCount: "1", SentTimestamp: "5", MessageGroupId: "g" },
        MessageAttributes: {
          text: { DataType: "String.custom", StringValue: "x" },
          bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
        },
      },
      queue.arn,
    ),
  ).toEqual({
    messageId: "id",
    receiptHandle: "handle",
    body: "hello",
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: "5", MessageGroupId: "g" },
    messageAttributes: {
      text: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String.custom" },
      bytes: { binaryValue: "AP8=", stringListValues: [], binaryListValues: [], dataType: "Binary" },
    },
    md5OfMessageAttributes: "abc",
    md5OfBody: "5d41402abc4b2a76b9719d911017c592",
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: "eu-central-1",
  });
});

test("without attributes there is no hash of them", () => {
  expect(sqsRecordOf({ MessageId: "id", Body: "" }, queue.arn)).not.toHaveProperty("md5OfMessageAttributes");
});

test("a batch is cut into events that fit, in order, with nothing lost", () => {
  const records = fc.array(
    fc
      .string({ maxLength: 200, unit: "grapheme" })
      .map((body) => sqsRecordOf({ MessageId: "i", Body: body }, queue.arn)),
  );
  fc.assert(
    fc.property(records, fc.integer({ min: 300, max: 2_000 }), (batch: SqsRecord[], limit) => {
      const parts = splitBySize(batch, limit, (record) => record);
      expect(parts.flatMap(({ entries }) => entries)).toEqual(batch);
      for (const [index, { entries: part, json }] of parts.entries()) {
        expect(json).toBe(JSON.stringify({ Records: part }));
        const size = Buffer.byteLength(json);
        expect(part.length === 1 || size <= limit).toBe(true);
        const next = parts[index + 1]?.entries[0];
        // No part ends early.
        expect(next === undefined || size + recordBytes(next) + 1 > limit).toBe(true);
      }
    }),
  );
});
