import { createHash } from "node:crypto";
import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { errorOf, HERE, SnsFixture } from "./fixture.ts";

const refusal = (message: string) => ({
  code: "InvalidParameter",
  statusCode: 400,
  message: `Invalid parameter: ${message}`,
});

function publish(fixture: SnsFixture, TopicArn: string, input: Partial<PublishCommandInput> = {}) {
  return fixture.sns.call(HERE, "Publish", { TopicArn, Message: "hello", ...input });
}

describe("Publish", () => {
  test("answers an id and reaches every subscription", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    for (const queue of ["a", "b"]) {
      fixture.subscribe(topicArn, queue, { RawMessageDelivery: "true" });
    }
    expect(publish(fixture, topicArn)).toEqual({ MessageId: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(fixture.bodiesOf("a")).toEqual(["hello"]);
    expect(fixture.bodiesOf("b")).toEqual(["hello"]);
  });

  test("takes the topic as TargetArn, too", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    expect(fixture.sns.call(HERE, "Publish", { TargetArn: topicArn, Message: "m" }).MessageId).toBeTruthy();
    expect(errorOf(() => fixture.sns.call(HERE, "Publish", { Message: "m" })).message).toContain(
      "TopicArn or TargetArn",
    );
  });

  test("a text message to a phone is handed over, if the number is one", () => {
    const fixture = new SnsFixture();
    const handedOver: unknown[] = [];
    fixture.sns.onHandOver((message) => handedOver.push(message));
    const send = (PhoneNumber: string) => fixture.sns.call(HERE, "Publish", { PhoneNumber, Message: "m" });
    const { MessageId } = send("+15551234567");
    expect(handedOver).toMatchObject([
      { protocol: "sms", endpoint: "+15551234567", message: "m", messageId: MessageId },
    ]);
    expect(errorOf(() => send("+1a234"))).toEqual(refusal("PhoneNumber Reason: +1a234 is not valid to publish to"));
  });

  test.each<[Partial<PublishCommandInput>, string]>([
    [{ Message: "" }, "Empty message"],
    [{ Subject: "" }, "Subject"],
    [{ Subject: "x".repeat(101) }, "Subject"],
    [{ Subject: "two\nlines" }, "Subject"],
    [{ MessageStructure: "xml" }, "MessageStructure"],
    [{ MessageStructure: "json", Message: "no json" }, "Message Structure - JSON message body failed to parse"],
    [{ MessageStructure: "json", Message: '{"sqs":"m"}' }, "Message Structure - No default entry in JSON message body"],
    [
      { MessageStructure: "json", Message: '{"default":1}' },
      "Message Structure - No default entry in JSON message body",
    ],
    [
      { MessageDeduplicationId: "d" },
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    ],
    [{ MessageGroupId: "a b" }, "MessageGroupId Reason: must have 1 to 128 alphanumeric characters and punctuation"],
    [
      { MessageGroupId: "x".repeat(129) },
      "MessageGroupId Reason: must have 1 to 128 alphanumeric characters and punctuation",
    ],
  ])("refuses %j", (input, message) => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    expect(errorOf(() => publish(fixture, topicArn, input))).toEqual(refusal(message));
    expect(fixture.deliveries).toEqual([]);
  });

  test("a message structure has its own text for queues", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true" });
    publish(fixture, topicArn, { MessageStructure: "json", Message: '{"default":"d","sqs":"s","email":"e"}' });
    publish(fixture, topicArn, { MessageStructure: "json", Message: '{"default":"d","sqs":7}' });
    expect(fixture.bodiesOf("q")).toEqual(["s", "d"]);
  });
});

describe("the size of a message", () => {
  test("is at most 262,144 bytes by default", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    expect(publish(fixture, topicArn, { Message: "x".repeat(262_144) }).MessageId).toBeTruthy();
    expect(errorOf(() => publish(fixture, topicArn, { Message: "x".repeat(262_145) }))).toEqual(
      refusal("Message too long"),
    );
    expect(errorOf(() => publish(fixture, topicArn, { Message: "é".repeat(131_073) }))).toEqual(
      refusal("Message too long"),
    );
  });

  test("counts names, types and values of the attributes", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    // n + String + v = 8 bytes, b + Binary + 3 bytes = 10.
    const MessageAttributes = {
      n: { DataType: "String", StringValue: "v" },
      b: { DataType: "Binary", BinaryValue: new Uint8Array(3) },
    };
    const fits = "x".repeat(262_144 - 18);
    expect(publish(fixture, topicArn, { Message: fits, MessageAttributes }).MessageId).toBeTruthy();
    expect(errorOf(() => publish(fixture, topicArn, { Message: `${fits}x`, MessageAttributes }))).toEqual(
      refusal("Message too long"),
    );
  });

  test("is what the topic's MaximumMessageSize says, up to 1 MiB", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic("large", { MaximumMessageSize: "1048576" });
    expect(publish(fixture, topicArn, { Message: "x".repeat(1_048_576) }).MessageId).toBeTruthy();
    expect(errorOf(() => publish(fixture, topicArn, { Message: "x".repeat(1_048_577) })).message).toContain("too long");
    const small = fixture.topic("small", { MaximumMessageSize: "1024" });
    expect(errorOf(() => publish(fixture, small, { Message: "x".repeat(1_025) })).message).toContain("too long");
  });
});

describe("message attributes", () => {
  test.each<[string, { DataType?: string; StringValue?: string; BinaryValue?: Uint8Array }, string, string]>([
    [
      "a",
      { DataType: "String" },
      "ParameterValueInvalid",
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      "a",
      { DataType: "String", StringValue: "" },
      "ParameterValueInvalid",
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      "a",
      { DataType: "Binary" },
      "ParameterValueInvalid",
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'Binary'.",
    ],
    [
      "a",
      { DataType: "Number", BinaryValue: new Uint8Array(1) },
      "ParameterValueInvalid",
      "The message attribute 'a' with type 'Number' must use field 'String'.",
    ],
    ...["many", "1,5", "0x10", "1e", "."].map(
      (StringValue): [string, { DataType: string; StringValue: string }, string, string] => [
        "a",
        { DataType: "Number", StringValue },
        "ParameterValueInvalid",
        "Could not cast message attribute 'a' value to number.",
      ],
    ),
    [
      "a",
      { DataType: "Binary", StringValue: "x" },
      "ParameterValueInvalid",
      "The message attribute 'a' with type 'Binary' must use field 'Binary'.",
    ],
    [
      "a",
      { DataType: "Colour", StringValue: "x" },
      "ParameterValueInvalid",
      "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      "a",
      { StringValue: "x" },
      "ValidationError",
      "1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to satisfy constraint: Member must not be null",
    ],
    [
      "x".repeat(257),
      { DataType: "String", StringValue: "x" },
      "ParameterValueInvalid",
      "Length of message attribute name must be less than 256 bytes.",
    ],
    [
      "a^",
      { DataType: "String", StringValue: "x" },
      "ParameterValueInvalid",
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      ".a",
      { DataType: "String", StringValue: "x" },
      "ParameterValueInvalid",
      "Invalid message attribute name starting with character '.' was found.",
    ],
    [
      "a.",
      { DataType: "String", StringValue: "x" },
      "ParameterValueInvalid",
      "Invalid message attribute name ending with character '.' was found.",
    ],
    [
      "a..b",
      { DataType: "String", StringValue: "x" },
      "ParameterValueInvalid",
      "Message attribute name can not have successive '.' character.",
    ],
  ])("%s %j is refused", (name, attribute, code, message) => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    const MessageAttributes = { [name]: { DataType: undefined, ...attribute } };
    expect(errorOf(() => publish(fixture, topicArn, { MessageAttributes }))).toEqual({
      code,
      statusCode: 400,
      message,
    });
  });

  test.each(["0", "-5", "+1.50", ".5", "3.", "1e2", "-1.5E-3"])("the number %s is taken", (StringValue) => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    const MessageAttributes = { a: { DataType: "Number.custom", StringValue } };
    expect(publish(fixture, topicArn, { MessageAttributes }).MessageId).toBeTruthy();
  });
});

describe("PublishBatch", () => {
  const batch = (
    fixture: SnsFixture,
    TopicArn: string,
    entries: readonly { Id: string; Message: string; Subject?: string; MessageGroupId?: string }[],
  ) => fixture.sns.call(HERE, "PublishBatch", { TopicArn, PublishBatchRequestEntries: [...entries] });
  const entry = (Id: string, Message = "m") => ({ Id, Message });

  test("publishes in order and answers each entry", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true" });
    const { Successful, Failed } = batch(fixture, topicArn, [entry("1", "a"), entry("2", "b")]);
    expect(Successful?.map((success) => success.Id)).toEqual(["1", "2"]);
    expect(Failed).toEqual([]);
    expect(fixture.bodiesOf("q")).toEqual(["a", "b"]);
  });

  test("a bad entry fails alone", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected({ RawMessageDelivery: "true" });
    const entries = [entry("1", "a"), entry("2", ""), { ...entry("3"), Subject: "x".repeat(101) }, entry("4", "d")];
    const { Successful, Failed } = batch(fixture, topicArn, entries);
    expect(Successful?.map((success) => success.Id)).toEqual(["1", "4"]);
    expect(Failed).toEqual([
      { Id: "2", Code: "InvalidParameter", Message: "Invalid parameter: Empty message", SenderFault: true },
      { Id: "3", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true },
    ]);
    expect(fixture.bodiesOf("q")).toEqual(["a", "d"]);
  });

  test.each<[string, readonly { Id: string; Message: string }[], string, string]>([
    ["no entries", [], "EmptyBatchRequest", "The batch request doesn't contain any entries."],
    [
      "eleven entries",
      Array.from({ length: 11 }, (_, index) => entry(`${index}`)),
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    ],
    [
      "the same id twice",
      [entry("1"), entry("1")],
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    ],
    [
      "a bad id",
      [entry("message.id")],
      "InvalidBatchEntryId",
      "The Id of a batch entry in the batch request contains an impermissible character: message.id",
    ],
    [
      "an id of 81 characters",
      [entry("x".repeat(81))],
      "InvalidBatchEntryId",
      `The Id of a batch entry in the batch request is too long: ${"x".repeat(81)}`,
    ],
    [
      "more than 256 KiB together",
      [entry("1", "x".repeat(131_072)), entry("2", "x".repeat(131_073))],
      "BatchRequestTooLong",
      "The length of all the messages put together is more than the limit.",
    ],
  ])("refuses %s", (_name, entries, code, message) => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    expect(errorOf(() => batch(fixture, topicArn, entries))).toEqual({ code, statusCode: 400, message });
    expect(fixture.deliveries).toEqual([]);
  });

  test("takes exactly the maximum together", () => {
    const fixture = new SnsFixture();
    const { topicArn } = fixture.connected();
    const half = "x".repeat(131_072);
    expect(batch(fixture, topicArn, [entry("1", half), entry("2", half)]).Successful).toHaveLength(2);
  });

  test("without a group on a FIFO topic the whole call fails", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic("a.fifo", { ContentBasedDeduplication: "true" });
    expect(errorOf(() => batch(fixture, topicArn, [{ ...entry("1"), MessageGroupId: "g" }, entry("2")]))).toEqual(
      refusal("The MessageGroupId parameter is required for FIFO topics"),
    );
  });
});

describe("a FIFO topic", () => {
  const fifo = (attributes: Record<string, string> = {}, queue = "q.fifo") => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic("a.fifo", attributes);
    fixture.subscribe(topicArn, queue, { RawMessageDelivery: "true" });
    return { fixture, topicArn };
  };

  test("wants a group, and a deduplication id or content-based deduplication", () => {
    const { fixture, topicArn } = fifo();
    expect(errorOf(() => publish(fixture, topicArn))).toEqual(
      refusal("The MessageGroupId parameter is required for FIFO topics"),
    );
    expect(errorOf(() => publish(fixture, topicArn, { MessageGroupId: "g" }))).toEqual(
      refusal(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
      ),
    );
  });

  test("hands group and deduplication id to FIFO queues, in order, with rising sequence numbers", () => {
    const { fixture, topicArn } = fifo();
    const receipts = ["1", "2", "3"].map((id) =>
      publish(fixture, topicArn, { Message: id, MessageGroupId: "g", MessageDeduplicationId: id }),
    );
    expect(
      fixture.deliveries.map(({ body, messageGroupId, messageDeduplicationId }) => [
        body,
        messageGroupId,
        messageDeduplicationId,
      ]),
    ).toEqual([
      ["1", "g", "1"],
      ["2", "g", "2"],
      ["3", "g", "3"],
    ]);
    const numbers = receipts.map((receipt) => receipt.SequenceNumber ?? "");
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(3);
    expect(numbers[0]).toMatch(/^\d{20}$/);
  });

  test("content-based deduplication hashes the message, not its attributes", () => {
    const { fixture, topicArn } = fifo({ ContentBasedDeduplication: "true" });
    const first = publish(fixture, topicArn, { Message: "Test", MessageGroupId: "g" });
    const MessageAttributes = { a: { DataType: "String", StringValue: "b" } };
    expect(publish(fixture, topicArn, { Message: "Test", MessageGroupId: "g", MessageAttributes })).toEqual(first);
    expect(fixture.deliveries).toHaveLength(1);
    expect(fixture.deliveries[0]?.messageDeduplicationId).toBe(createHash("sha256").update("Test").digest("hex"));
    expect(fixture.deliveries[0]?.messageDeduplicationId).toMatch(/^532eaabd9574880d/);
  });

  test("an explicit id outweighs the content", () => {
    const { fixture, topicArn } = fifo({ ContentBasedDeduplication: "true" });
    for (const id of ["a", "b"]) {
      publish(fixture, topicArn, { Message: "same", MessageGroupId: "g", MessageDeduplicationId: id });
    }
    expect(fixture.deliveries).toHaveLength(2);
  });

  test("forgets a deduplication id after 5 minutes", () => {
    const { fixture, topicArn } = fifo();
    const send = () => publish(fixture, topicArn, { MessageGroupId: "g", MessageDeduplicationId: "d" }).MessageId;
    const first = send();
    fixture.environment.time += 299_999;
    expect(send()).toBe(first);
    fixture.environment.time += 1;
    expect(send()).not.toBe(first);
    expect(fixture.deliveries).toHaveLength(2);
  });

  test("deduplicates across groups, or with FifoThroughputScope MessageGroup within each", () => {
    for (const [scope, expected] of [
      ["Topic", 1],
      ["MessageGroup", 2],
    ] as const) {
      const { fixture, topicArn } = fifo({ FifoThroughputScope: scope });
      for (const group of ["g", "h"]) {
        publish(fixture, topicArn, { MessageGroupId: group, MessageDeduplicationId: "d" });
      }
      expect(fixture.deliveries).toHaveLength(expected);
    }
  });

  test("a standard queue behind it gets neither id", () => {
    const { fixture, topicArn } = fifo({}, "q");
    publish(fixture, topicArn, { MessageGroupId: "g", MessageDeduplicationId: "d" });
    expect(fixture.deliveries[0]).not.toHaveProperty("messageGroupId");
    expect(fixture.deliveries[0]).not.toHaveProperty("messageDeduplicationId");
  });
});

test("a standard topic hands the group to standard queues: the tenant of fair queues", () => {
  const fixture = new SnsFixture();
  const { topicArn } = fixture.connected();
  publish(fixture, topicArn, { MessageGroupId: "tenant-1" });
  publish(fixture, topicArn);
  expect(fixture.deliveries.map((delivery) => delivery.messageGroupId)).toEqual(["tenant-1", undefined]);
});
