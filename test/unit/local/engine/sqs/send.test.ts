import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { awsError, Bench } from "./harness.ts";

const MIB = 1_048_576;

function queue(attributes = {}) {
  const bench = new Bench();
  return { bench, url: bench.create("orders", attributes) };
}

test("a sent message is received with the same id, body and digests", () => {
  const { bench, url } = queue();
  const sent = bench.send(url, "hello 🚀");
  expect(sent.MD5OfMessageBody).toBe(createHash("md5").update("hello 🚀").digest("hex"));
  expect(sent).not.toHaveProperty("SequenceNumber");
  const message = bench.receiveOne(url);
  expect(message).toMatchObject({ MessageId: sent.MessageId, Body: "hello 🚀", MD5OfBody: sent.MD5OfMessageBody });
  expect(message).not.toHaveProperty("Attributes");
  expect(message).not.toHaveProperty("MessageAttributes");
});

// Digests that the service itself gave for these attributes.
test.each([
  ["4c360f3fdafd970e05fae2f149d997f5", { Hello: "There", General: "Kenobi", "Help.Me": "Me" }],
  ["a311262e065454b75da111d535b8dacd", { Hello: "There" }],
  ["ae7155c6026991b6d54b11589678bf9c", { Foo: "Bar" }],
])("the digest %s is computed as AWS does", (digest, texts) => {
  const { bench, url } = queue();
  const attributes = Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
  expect(bench.send(url, "msg", { MessageAttributes: attributes }).MD5OfMessageAttributes).toBe(digest);
});

test("the digest of a binary attribute is computed as AWS does", () => {
  const { bench, url } = queue();
  const value = Buffer.from("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01");
  const sent = bench.send(url, "test", { MessageAttributes: { attr1: { DataType: "Binary", BinaryValue: value } } });
  expect(sent.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
  const [message] = bench.receive(url, { MessageAttributeNames: ["All"] });
  expect(message?.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
  expect(message?.MessageAttributes?.attr1).toEqual({ DataType: "Binary", BinaryValue: new Uint8Array(value) });
});

test("the X-Ray header is the one system attribute, is returned when asked for, and has a digest of its own", () => {
  const { bench, url } = queue();
  const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
  const attribute = { DataType: "String", StringValue: header };
  const sent = bench.send(url, "x", { MessageSystemAttributes: { AWSTraceHeader: attribute } });
  const plain = bench.send(url, "y", { MessageAttributes: { AWSTraceHeader: attribute } });
  expect(sent.MD5OfMessageSystemAttributes).toBe(plain.MD5OfMessageAttributes);
  const message = bench.receiveOne(url, { MessageSystemAttributeNames: ["AWSTraceHeader"] });
  expect(message.Attributes).toEqual({ AWSTraceHeader: header });
  const binary = { AWSTraceHeader: { DataType: "Binary", BinaryValue: Buffer.of(1) } };
  expect(awsError(() => bench.send(url, "x", { MessageSystemAttributes: binary })).queryCode).toBe(
    "InvalidParameterValue",
  );
});

test.each(["\u0000", "\u0008", "\u000b", "\u001f", "\ufffe", "\uffff", "\ud83d", "\ude80x"])(
  "the character %j is refused",
  (body) => {
    const { bench, url } = queue();
    expect(awsError(() => bench.send(url, body)).code).toBe("InvalidMessageContents");
  },
);

test("every character that XML 1.0 allows passes unchanged", () => {
  const { bench, url } = queue();
  const allowed = fc.oneof(
    fc.constantFrom(0x9, 0xa, 0xd),
    fc.integer({ min: 0x20, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0xfffd }),
    fc.integer({ min: 0x10000, max: 0x10ffff }),
  );
  fc.assert(
    fc.property(fc.array(allowed, { minLength: 1, maxLength: 20 }), (points) => {
      const body = String.fromCodePoint(...points);
      bench.send(url, body);
      const message = bench.receiveOne(url);
      bench.delete(url, message.ReceiptHandle);
      expect(message.Body).toBe(body);
    }),
    { numRuns: 200 },
  );
});

test("an empty body is a missing parameter", () => {
  const { bench, url } = queue();
  expect(awsError(() => bench.send(url, ""))).toMatchObject({
    queryCode: "MissingParameter",
    message: "The request must contain the parameter MessageBody.",
  });
});

test("a message may have 1 MiB with the names, types and values of its attributes, and not a byte more", () => {
  const { bench, url } = queue();
  const MessageAttributes = { ab: { DataType: "String", StringValue: "ä" } };
  const overhead = 2 + 6 + 2;
  bench.send(url, "x".repeat(MIB - overhead), { MessageAttributes });
  expect(awsError(() => bench.send(url, "x".repeat(MIB - overhead + 1), { MessageAttributes }))).toMatchObject({
    queryCode: "InvalidParameterValue",
    message: "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
  });
  const small = bench.create("small", { MaximumMessageSize: "1024" });
  bench.send(small, "x".repeat(1_024));
  expect(awsError(() => bench.send(small, "x".repeat(1_025))).message).toContain("shorter than 1024 bytes");
});

test("delays are 0 to 900 seconds; the message's own wins over the queue's", () => {
  const { bench, url } = queue({ DelaySeconds: "10" });
  bench.send(url, "queue's");
  bench.send(url, "own", { DelaySeconds: 20 });
  bench.send(url, "none", { DelaySeconds: 0 });
  expect(bench.counts(url)).toEqual([1, 0, 2]);
  expect(bench.bodies(url)).toEqual(["none"]);
  bench.wait(10);
  expect(bench.bodies(url)).toEqual(["queue's"]);
  bench.wait(10);
  expect(bench.bodies(url)).toEqual(["own"]);
  expect(awsError(() => bench.send(url, "x", { DelaySeconds: 901 })).queryCode).toBe("InvalidParameterValue");
  expect(awsError(() => bench.send(url, "x", { DelaySeconds: -1 })).queryCode).toBe("InvalidParameterValue");
});

test("each message expires at its own time, also where an older one was deleted or has expired before it", () => {
  const { bench, url } = queue({ MessageRetentionPeriod: "60", VisibilityTimeout: "0" });
  for (const body of ["deleted", "first", "second", "third"]) {
    bench.send(url, body);
    bench.wait(10);
  }
  const { ReceiptHandle } = bench.receiveOne(url);
  bench.call("DeleteMessage", { QueueUrl: url, ReceiptHandle });
  const left = () => bench.bodies(url).toSorted();
  // 40 s after the first send.
  expect(left()).toEqual(["first", "second", "third"]);
  bench.wait(30);
  expect(left()).toEqual(["second", "third"]);
  bench.wait(10);
  expect(left()).toEqual(["third"]);
  bench.wait(10);
  expect(left()).toEqual([]);
});

test("a message expires at the end of the retention period, also in flight and from a shortened period", () => {
  const { bench, url } = queue({ MessageRetentionPeriod: "60", VisibilityTimeout: "100" });
  bench.send(url, "visible");
  bench.send(url, "in flight");
  bench.receiveOne(url);
  bench.wait(59.999);
  expect(bench.counts(url)).toEqual([1, 1, 0]);
  bench.wait(0.001);
  expect(bench.counts(url)).toEqual([0, 0, 0]);
  const long = bench.create("long", { MessageRetentionPeriod: "1000" });
  bench.send(long, "x");
  bench.wait(100);
  bench.call("SetQueueAttributes", { QueueUrl: long, Attributes: { MessageRetentionPeriod: "100" } });
  expect(bench.bodies(long)).toEqual([]);
});

const attribute = (DataType: string, StringValue: string) => ({ DataType, StringValue });

test.each([
  ["AWS.x", attribute("String", "a")],
  ["aws.x", attribute("String", "a")],
  ["Amazon.x", attribute("String", "a")],
  [".x", attribute("String", "a")],
  ["x.", attribute("String", "a")],
  ["x..y", attribute("String", "a")],
  ["x y", attribute("String", "a")],
  ["x".repeat(257), attribute("String", "a")],
  ["x", attribute("", "a")],
  ["x", attribute("Text", "a")],
  ["x", attribute("String.", "a")],
  ["x", attribute("string", "a")],
  ["x", attribute("String", "")],
  ["x", attribute("String", "\u0001")],
  ["x", attribute("Number", "one")],
  ["x", attribute("Number", "")],
  ["x", attribute("Number", "1e200")],
  ["x", attribute("Number", "1".repeat(39))],
  ["x", attribute("Binary", "a")],
  ["x", { DataType: "Binary", BinaryValue: new Uint8Array() }],
  ["x", { DataType: "String", BinaryValue: Buffer.of(1) }],
])("the message attribute %s %j is refused", (name, value) => {
  const { bench, url } = queue();
  expect(awsError(() => bench.send(url, "x", { MessageAttributes: { [name]: value } })).queryCode).toBe(
    "InvalidParameterValue",
  );
});

test.each([
  ["x-1_y.z", attribute("String", "a")],
  ["x", attribute("String.json", "{}")],
  ["x", attribute("Number", "-12.5e3")],
  ["x", attribute("Number.int", "0")],
  ["__proto__", attribute("String", "a")],
  ["constructor", { DataType: "Binary.png", BinaryValue: new Uint8Array([0, 255]) }],
])("the message attribute %s %j passes unchanged", (name, value) => {
  const { bench, url } = queue();
  bench.send(url, "x", { MessageAttributes: Object.fromEntries([[name, value]]) });
  const received = bench.receiveOne(url, { MessageAttributeNames: ["All"] }).MessageAttributes ?? {};
  expect(Object.entries(received)).toEqual([[name, value]]);
});

test("a message has at most ten attributes, none of them a list", () => {
  const { bench, url } = queue();
  const some = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, number) => [`a${number}`, attribute("String", "v")]));
  bench.send(url, "x", { MessageAttributes: some(10) });
  expect(awsError(() => bench.send(url, "x", { MessageAttributes: some(11) })).message).toContain("[11]");
  const list = { a: { DataType: "String", StringListValues: ["x"] } };
  expect(awsError(() => bench.send(url, "x", { MessageAttributes: list })).code).toBe("UnsupportedOperation");
});

test("a standard queue takes group ids for fairness but no deduplication ids", () => {
  const { bench, url } = queue();
  bench.send(url, "x", { MessageGroupId: "tenant" });
  expect(bench.receiveOne(url, { AttributeNames: ["All"] }).Attributes?.MessageGroupId).toBe("tenant");
  for (const MessageGroupId of ["", "a b", "x".repeat(129), "ä"]) {
    expect(awsError(() => bench.send(url, "x", { MessageGroupId })).message).toContain("1 to 128 in length");
  }
  expect(awsError(() => bench.send(url, "x", { MessageDeduplicationId: "d" })).message).toContain(
    "not valid for this queue type",
  );
});
