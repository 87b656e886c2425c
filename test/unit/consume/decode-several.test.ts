import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  type Codec,
  type ConsumeOptions,
  consume,
  consumeBatch,
  PermanentError,
  RetryError,
  type SqsEvent,
  type SqsRecord,
} from "../../../lib/index.ts";
import { recording } from "./recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  FIFO_ARN,
  ids,
  MemoryStore,
  type Orders,
  offline,
  record,
  run,
} from "./support.ts";

const placed = (n: number, id = `e${n}`) => ({ event: "Placed" as const, id, source: "/csv", data: { n } });

/** One event per line of a text, with its number as its data. */
const lines: Codec<Orders> = async (_body, { text }) => text.split("\n").map((line) => placed(Number(line)));

/** Runs a consumer of lines, whose handler fails for some, and tells which were handled. */
async function runLines(
  records: readonly SqsRecord[],
  { store, errors = {}, ...options }: ConsumeOptions<Orders> & { errors?: Record<number, Error> },
) {
  const handled: number[] = [];
  const { client, entries } = recording();
  const handle = (n: number) => {
    handled.push(n);
    if (errors[n] !== undefined) {
      throw errors[n];
    }
  };
  const all = { ...options, ...(store === undefined ? {} : { store }), codec: lines };
  const failed = await run({ Placed: ({ n }) => handle(n) }, records, {
    deadLetterQueues: DEAD_LETTER_QUEUES,
    clients: { sqs: client },
    ...all,
  });
  return { handled, failed, letters: entries() };
}

describe("a message that is no JSON", () => {
  test.each([
    ["CSV", "1;2"],
    ["XML", "<order><n>1</n></order>"],
    ["text", "hello"],
    ["half a document", '{"n":'],
    ["nothing but a byte order mark", "\uFEFF"],
  ])("%s: the codec gets the text and the attributes", async (_, text) => {
    const seen: unknown[] = [];
    const codec: Codec<Orders> = (body, message) => {
      seen.push([body, message.text, message.attributes]);
      return { event: "Placed", data: { n: 1 } };
    };
    const attributes = {
      kind: { dataType: "String", stringValue: "x" },
      raw: { dataType: "Binary", binaryValue: "AQ==" },
    };
    const handled: number[] = [];
    const given = record(text, { messageAttributes: attributes });
    expect(await run({ Placed: ({ n }) => void handled.push(n) }, [given], { codec })).toEqual([]);
    expect(seen).toEqual([[undefined, text, { kind: "x", raw: "AQ==" }]]);
    expect(handled).toEqual([1]);
  });

  test("wrapped by SNS and compressed: the codec gets what was published", async () => {
    const compressed = gzipSync("7;8").toString("base64");
    const wrapping = {
      Type: "Notification",
      TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders",
      Message: compressed,
      MessageAttributes: { contentEncoding: { Type: "String", Value: "gzip" }, kind: { Type: "String", Value: "csv" } },
    };
    const seen: unknown[] = [];
    const codec: Codec<Orders> = (_body, { text, attributes }) => {
      seen.push(text, attributes.kind);
      return null;
    };
    expect(await run({ Placed: () => {} }, [record(wrapping)], { codec })).toEqual([]);
    expect(seen).toEqual(["7;8", "csv"]);
  });

  test.each(["gzip", "zstd"])("an envelope wrapped by SNS and compressed with %s is read", async (encoding) => {
    const { zstdCompressSync } = await import("node:zlib");
    const compress = encoding === "gzip" ? gzipSync : zstdCompressSync;
    const wrapping = {
      Type: "Notification",
      TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders",
      Message: Buffer.from(compress(JSON.stringify(envelope("e1", { n: 7 })))).toString("base64"),
      MessageAttributes: { contentEncoding: { Type: "String", Value: encoding } },
    };
    const handled: number[] = [];
    expect(await run({ Placed: ({ n }) => void handled.push(n) }, [record(wrapping)])).toEqual([]);
    expect(handled).toEqual([7]);
  });

  test("a byte order mark before an envelope is read past", async () => {
    const handled: number[] = [];
    const marked = record(`\uFEFF${JSON.stringify(envelope("e1", { n: 7 }))}`);
    expect(await run({ Placed: ({ n }) => void handled.push(n) }, [marked])).toEqual([]);
    expect(handled).toEqual([7]);
  });
});

describe("a codec that fails", () => {
  const secret = () => {
    throw new TypeError("s3cret");
  };

  test.each<[string, Codec<Orders>, string]>([
    ["throws", secret, "CallbackFailed"],
    ["rejects", async () => secret(), "CallbackFailed"],
    ["returns text", () => "text" as never, "CallbackFailed"],
    ["returns events without a name", () => [{ data: 1 }] as never, "CallbackFailed"],
    ["returns an id that is no text", () => ({ event: "Placed", id: 7, data: { n: 1 } }) as never, "CallbackFailed"],
    ["says that it is permanent", () => Promise.reject(new PermanentError("no")), "Permanent"],
    ["does not know the message", () => undefined, "UnknownEvent"],
  ])("%s: the message is dead-lettered, neighbours are not touched", async (_, failing, error) => {
    const { client, entries } = recording();
    const codec: Codec<Orders> = (body, message) => (message.text === "bad" ? failing(body, message) : placed(1));
    const options = { codec, deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client } };
    const handled: number[] = [];
    expect(await run({ Placed: ({ n }) => void handled.push(n) }, [record("bad"), record("good")], options)).toEqual(
      [],
    );
    expect(handled).toEqual([1]);
    const reasons = entries().map(({ MessageAttributes }) => MessageAttributes.fanfareFailure?.StringValue ?? "");
    expect(reasons.map((reason) => JSON.parse(reason).error)).toEqual([error]);
    expect(reasons.join()).not.toContain("s3cret");
  });

  test("a RetryError has the message redelivered", async () => {
    const codec: Codec<Orders> = async () => {
      throw new RetryError("the directory is down");
    };
    const given = record("a");
    expect(await run({ Placed: () => {} }, [given], { codec, deadLetterQueues: DEAD_LETTER_QUEUES })).toEqual([
      given.messageId,
    ]);
  });
});

describe("several events of one message", () => {
  test("are each handled and completed by themselves, and the message is acknowledged", async () => {
    const store = new MemoryStore();
    const given = record("1\n2\n3");
    expect(await runLines([given], { store })).toEqual({ handled: [1, 2, 3], failed: [], letters: [] });
    expect([...store.items].map(([key, { done }]) => [key, done])).toEqual([
      ["billing#%2Fcsv#orders.Placed#e1", true],
      ["billing#%2Fcsv#orders.Placed#e2", true],
      ["billing#%2Fcsv#orders.Placed#e3", true],
    ]);
  });

  test("one that fails has the message redelivered, and only it is handled again", async () => {
    const store = new MemoryStore();
    const given = record("1\n2\n3");
    const neighbour = record("9");
    const first = await runLines([given, neighbour], { store, errors: { 2: new Error("not now") } });
    expect(first).toEqual({ handled: expect.arrayContaining([1, 2, 3, 9]), failed: [given.messageId], letters: [] });
    expect(await runLines([given], { store })).toEqual({ handled: [2], failed: [], letters: [] });
  });

  test("a permanent failure dead-letters the message when nothing else of it can succeed", async () => {
    const store = new MemoryStore();
    const given = record("1\n2\n3");
    const errors = { 1: new PermanentError("never"), 3: new Error("not now") };
    expect(await runLines([given], { store, errors })).toMatchObject({ failed: [given.messageId], letters: [] });
    const second = await runLines([given], { store, errors: { 1: new PermanentError("never") } });
    expect(second).toMatchObject({ handled: [1, 3], failed: [] });
    expect(second.letters.map(({ MessageBody }) => MessageBody)).toEqual(["1\n2\n3"]);
    // Its claim is free: after a redrive it may be handled.
    expect(store.items.has("billing#%2Fcsv#orders.Placed#e1")).toBe(false);
  });

  test("data that does not match fails the message, after the others were handled", async () => {
    const result = await runLines([record("1\nx\n3")], { store: new MemoryStore() });
    expect(result).toMatchObject({ handled: [1, 3], failed: [] });
    expect(result.letters).toHaveLength(1);
  });

  test("a dead-letter queue that refuses has the message redelivered", async () => {
    const { client } = recording(() => "fail");
    const given = record("1\nx");
    const options = { deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client }, store: new MemoryStore() };
    expect((await runLines([given], options)).failed).toEqual([given.messageId]);
  });

  test("on a FIFO queue nothing is started after one that failed, and the group waits", async () => {
    const [first, second] = [record("1\n2\n3", { group: "g" }), record("4", { group: "g" })];
    const result = await runLines([first, second], { store: new MemoryStore(), errors: { 2: new Error("no") } });
    expect(result).toMatchObject({ handled: [1, 2], failed: [first.messageId, second.messageId] });
  });

  test("the same event twice in one message is handled once", async () => {
    const handled: number[] = [];
    const codec: Codec<Orders> = () => [placed(1), placed(1)];
    expect(
      await run({ Placed: ({ n }) => void handled.push(n) }, [record("x")], { codec, store: new MemoryStore() }),
    ).toEqual([]);
    expect(handled).toEqual([1]);
  });

  test("without ids they have the message's id with their place", async () => {
    const seen: string[] = [];
    const codec: Codec<Orders> = () => [1, 2].map((n) => ({ event: "Placed", data: { n } }));
    const given = record("x");
    await run({ Placed: (_, ctx) => void seen.push(ctx.event.id) }, [given], { codec });
    expect(seen).toEqual([`${given.messageId}.0`, `${given.messageId}.1`]);
  });

  test("no events: the message is ignored", async () => {
    expect(await run({ Placed: () => {} }, [record("x")], { codec: () => [] })).toEqual([]);
  });

  test("consumeBatch passes them by themselves, and in a FIFO group in their turn", async () => {
    const calls: number[][] = [];
    const handler = consumeBatch(
      contract,
      (items) => void calls.push(items.map(({ data }) => ("n" in data ? data.n : 0))),
      {
        ...offline({ store: new MemoryStore(), codec: lines }),
        events: ["Placed"],
      },
    );
    const standard = [record("1"), record("2\n3"), record("4")];
    expect(ids(await handler({ Records: standard }, context()))).toEqual([]);
    expect(calls).toEqual([[2], [3], [1, 4]]);
    calls.length = 0;
    const fifo = [record("5", { group: "g" }), record("6\n7", { group: "g" }), record("8", { group: "g" })];
    expect(ids(await handler({ Records: fifo }, context()))).toEqual(fifo.slice(1).map(({ messageId }) => messageId));
    expect(calls).toEqual([[5]]);
    expect(ids(await handler({ Records: fifo.slice(1) }, context()))).toEqual([]);
    expect(calls).toEqual([[5], [6], [7], [8]]);
    expect(fifo[0]?.eventSourceARN).toBe(FIFO_ARN);
  });
});

describe("what is of another service is not answered as handled", () => {
  const handler = consume(contract, { Placed: () => {} }, offline());

  test.each<[string, unknown]>([
    ["Amazon SNS", { Records: [{ EventSource: "aws:sns", EventVersion: "1.0", Sns: { Message: "{}" } }] }],
    ["Amazon S3", { Records: [{ eventSource: "aws:s3", s3: {} }] }],
    ["Amazon SES", { Records: [{ eventSource: "aws:ses", ses: {} }] }],
    ["Amazon Kinesis", { Records: [{ eventSource: "aws:kinesis", kinesis: { data: "" } }] }],
    ["DynamoDB Streams", { Records: [{ eventSource: "aws:dynamodb", dynamodb: {} }] }],
    ["Amazon MSK", { eventSource: "aws:kafka", records: {} }],
    ["Amazon EventBridge", { source: "aws.ec2", "detail-type": "State", detail: {} }],
    ['"aws:new"', { Records: [{ eventSource: "aws:new" }] }],
    ["something that is not an SQS event", { body: "{}" }],
  ])("%s", async (service, event) => {
    await expect(handler(event as SqsEvent, context())).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      field: "event.Records",
      message: expect.stringContaining(service),
    });
  });

  test("records of SQS name it, or nothing", async () => {
    const named = { ...record(envelope("a")), eventSource: "aws:sqs" };
    expect(ids(await handler({ Records: [named, record(envelope("b"))] }, context()))).toEqual([]);
  });
});

describe("the event type is part of the identity", () => {
  test("two events of different types under one id are both handled", async () => {
    const handled: string[] = [];
    const records = [
      record(envelope("order-1")),
      record(envelope("order-1", { amount: 2 }, { type: "orders.Paid", dataversion: 2 })),
      record(envelope("order-1")),
    ];
    const note = (_: unknown, { event }: { event: { name: string } }) => void handled.push(event.name);
    expect(await run({ Placed: note, Paid: note }, records, { store: new MemoryStore() })).toEqual([]);
    expect(handled.sort()).toEqual(["Paid", "Placed"]);
  });

  test.each<[string, ConsumeOptions<Orders>["idempotencyKey"]]>([
    [
      "throws",
      () => {
        throw new Error("s3cret");
      },
    ],
    ["is async", (async () => "key") as never],
    ["returns nothing", (() => undefined) as never],
  ])("a key of the user that %s dead-letters the message", async (_, idempotencyKey) => {
    const { client, entries } = recording();
    const given = record(envelope("a"));
    const options = { deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client }, store: new MemoryStore() };
    expect(await run({ Placed: () => {} }, [given], { ...options, ...(idempotencyKey && { idempotencyKey }) })).toEqual(
      [],
    );
    const [reason = ""] = entries().map(({ MessageAttributes }) => MessageAttributes.fanfareFailure?.StringValue);
    expect(JSON.parse(reason)).toMatchObject({
      error: "CallbackFailed",
      message: expect.stringContaining("idempotencyKey"),
    });
    expect(reason).not.toContain("s3cret");
  });
});
