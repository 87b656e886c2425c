import type { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { PermanentError, type SqsRecord } from "../../../../lib/index.ts";
import { type Entry, recording } from "../recording-sqs.ts";
import { context, envelope, FIFO_ARN, MemoryStore, QUEUE_ARN, record, run } from "../support.ts";

const queues = { [QUEUE_ARN]: { url: "https://sqs/dlq" }, [FIFO_ARN]: { url: "https://sqs/dlq.fifo" } };
const permanent = () => {
  throw new PermanentError("no such customer");
};

async function deadLetter(records: readonly SqsRecord[], sqs: SQSClient, handler: () => void = permanent) {
  return await run({ Placed: handler }, records, { deadLetterQueues: queues, clients: { sqs }, backoff: false });
}

const reasonOf = (entry: Entry | undefined): Record<string, unknown> =>
  JSON.parse(entry?.MessageAttributes.fanfareFailure?.StringValue ?? "null");

const text = (stringValue: string) => ({ dataType: "String", stringValue });

describe("the reason", () => {
  test("tells error, message, consumer, handler, attempt, time and source", async () => {
    const before = Date.now();
    const { client, entries } = recording();
    const one = record(envelope("a"), { attributes: { ApproximateReceiveCount: "3" } });
    expect(await deadLetter([one], client)).toEqual([]);
    const reason = reasonOf(entries()[0]);
    expect(reason).toEqual({
      error: "Permanent",
      message: "no such customer",
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      frame: expect.stringContaining("dead-letters.test.ts"),
      consumer: "billing",
      handler: context().functionName,
      attempt: 3,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      messageId: one.messageId,
      source: QUEUE_ARN,
    });
    const time = Date.parse(String(reason.time));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  test("is cut to 1,000 characters, holds no character that SQS refuses, and no stack", async () => {
    const { client, entries } = recording();
    await deadLetter([record(envelope("a"))], client, () => {
      throw new PermanentError(`\u0000\ud800${"x".repeat(5_000)}`);
    });
    const text = entries()[0]?.MessageAttributes.fanfareFailure?.StringValue ?? "";
    expect(String(reasonOf(entries()[0]).message)).toHaveLength(1_000);
    expect(text).not.toContain("\u0000");
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain("at ");
  });

  test("replaces the one of an earlier failure", async () => {
    const { client, entries } = recording();
    await deadLetter([record(envelope("a"), { messageAttributes: { fanfareFailure: text("old") } })], client);
    expect(reasonOf(entries()[0]).message).toBe("no such customer");
  });
});

describe("the message", () => {
  test("keeps body and attributes, text and binary", async () => {
    const { client, entries } = recording();
    const one = record(envelope("a"), {
      messageAttributes: {
        region: text("eu"),
        total: { dataType: "Number.custom", stringValue: "1.50" },
        blob: { dataType: "Binary", binaryValue: "AAH/" },
      },
    });
    await deadLetter([one], client);
    const [entry] = entries();
    expect(entry?.MessageBody).toBe(one.body);
    expect(entry?.MessageAttributes).toMatchObject({
      region: { DataType: "String", StringValue: "eu" },
      total: { DataType: "Number.custom", StringValue: "1.50" },
      blob: { DataType: "Binary", BinaryValue: Buffer.from([0, 1, 255]) },
    });
  });

  test.each([
    ["null", null],
    ["a number", 7],
    ["no type", { stringValue: "x" }],
    ["no value", { dataType: "String" }],
    ["a value of another kind", { dataType: "String", stringValue: { a: 1 } }],
  ])("is sent without what is no attribute: %s", async (_, odd) => {
    const { client, entries } = recording();
    // A record that SQS did not make: its type is what it should be.
    const one = record(envelope("a"), { messageAttributes: JSON.parse(JSON.stringify({ odd, good: text("x") })) });
    expect(await deadLetter([one], client)).toEqual([]);
    expect(Object.keys(entries()[0]?.MessageAttributes ?? {})).toEqual(["good", "fanfareFailure"]);
  });

  test("keeps the body to the byte, as its publisher wrote it", async () => {
    const { client, entries } = recording();
    const body = `{ "specversion": "1.0",\n  "id": "a", "source": "/shop", "type": "orders.Placed", "data": { "n": 1.50 } }\t`;
    await deadLetter([record(body)], client);
    expect(entries()[0]?.MessageBody).toBe(body);
  });

  test("of ten attributes goes without the reason, but goes", async () => {
    const { client, entries } = recording();
    const messageAttributes = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, text("x")]));
    expect(await deadLetter([record(envelope("a"), { messageAttributes })], client)).toEqual([]);
    expect(Object.keys(entries()[0]?.MessageAttributes ?? {})).toEqual(Object.keys(messageAttributes));
  });

  test("of the largest size goes without the reason, but goes", async () => {
    const { client, entries } = recording();
    const body = JSON.stringify(envelope("a", { n: 1, filler: "" }));
    const large = body.replace('"filler":""', `"filler":"${"x".repeat(1_048_576 - body.length)}"`);
    expect(await deadLetter([record(large)], client)).toEqual([]);
    expect(entries()[0]?.MessageBody).toHaveLength(1_048_576);
    expect(entries()[0]?.MessageAttributes).toEqual({});
  });

  test("of a FIFO queue keeps its group, and its id stops a second one", async () => {
    const { client, entries } = recording();
    const one = record(envelope("a"), { group: "customer-7" });
    await deadLetter([one], client);
    expect(entries()[0]).toMatchObject({ MessageGroupId: "customer-7", MessageDeduplicationId: one.messageId });
  });

  test("of a standard queue has no deduplication id", async () => {
    const { client, entries } = recording();
    await deadLetter([record(envelope("a"))], client);
    expect(entries()[0]).not.toHaveProperty("MessageDeduplicationId");
  });
});

describe("the calls", () => {
  test("hold at most ten messages", async () => {
    const { client, calls } = recording();
    const records = Array.from({ length: 23 }, (_, n) => record(envelope(`e-${n}`)));
    expect(await deadLetter(records, client)).toEqual([]);
    expect(calls.flat()).toHaveLength(23);
    expect(calls.every((entries) => entries.length <= 10)).toBe(true);
    expect(calls.length).toBeLessThan(8);
  });

  test("hold at most 1 MiB together", async () => {
    const { client, calls } = recording();
    const records = Array.from({ length: 5 }, (_, n) => record(envelope(`e-${n}`, { n, filler: "x".repeat(400_000) })));
    await deadLetter(records, client);
    for (const entries of calls) {
      expect(entries.reduce((sum, entry) => sum + entry.MessageBody.length, 0)).toBeLessThanOrEqual(1_048_576);
    }
    expect(calls.flat()).toHaveLength(5);
  });

  test("acknowledge only what the answer names: refused and unmentioned entries come again", async () => {
    const { client } = recording(({ MessageBody }) =>
      MessageBody.includes('"refused"') ? "fail" : MessageBody.includes('"silent"') ? "silence" : undefined,
    );
    const records = ["fine", "refused", "silent"].map((id) => record(envelope(id)));
    expect(await deadLetter(records, client)).toEqual([records[1]?.messageId, records[2]?.messageId]);
  });
});

test("without a dead-letter queue of the source queue a permanent failure comes again, for SQS to move", async () => {
  const { client, calls } = recording();
  const other = record(envelope("a"), { eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:other" });
  expect(await deadLetter([other], client)).toEqual([other.messageId]);
  expect(calls).toEqual([]);
});

test("the last receive is dead-lettered with its cause, also while another worker holds the event: SQS would move it without", async () => {
  const { client, entries } = recording();
  const store = new MemoryStore();
  store.claimResult = ({ key }) =>
    key.endsWith("held") ? { status: "inProgress", until: Date.now() + 1_000 } : undefined;
  const last = (id: string) => record(envelope(id), { attributes: { ApproximateReceiveCount: "5" } });
  const records = [last("fails"), last("held")];
  const failed = await run({ Placed: () => Promise.reject(new Error("no")) }, records, {
    store,
    backoff: false,
    deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq", maxReceiveCount: 5 } },
    clients: { sqs: client },
  });
  expect(failed).toEqual([]);
  expect(entries().map((entry) => reasonOf(entry).error)).toEqual(["EventInProgress", "Error"]);
});
