import { describe, expect, test } from "vitest";
import { Delivery } from "../../../../lib/consume/record/index.ts";
import { deadLetterMessage, failureReason } from "../../../../lib/consume/settle/dead-letter-message.ts";
import { FanfareError, PermanentError, RetryError } from "../../../../lib/index.ts";
import { messageBytes } from "../../../../lib/wire/index.ts";
import { FIFO_ARN, QUEUE_ARN, record } from "../support.ts";

const NOW = Date.UTC(2026, 10, 30, 12);

const facts = {
  consumer: "billing",
  invocation: { functionName: "orders-fn", endsAt: NOW + 5_000 },
  tries: undefined,
  now: NOW,
  claim: undefined,
  traceparent: undefined,
};

const text = (stringValue: string) => ({ dataType: "String", stringValue });
const delivered = (more: Parameters<typeof record>[1] = {}) =>
  new Delivery(record("{}", { messageId: "m1", attributes: { ApproximateReceiveCount: "3" }, ...more }));

const timeout = new FanfareError("HandlerTimeout", "the handler was given up");

describe("the reason of a dead letter", () => {
  test("states only what is known", () => {
    expect(failureReason("no such thing", delivered(), facts)).toStrictEqual({
      error: "NonError",
      message: "something that is not an Error was thrown: no such thing",
      consumer: "billing",
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      handler: "orders-fn",
      attempt: 3,
      time: "2026-11-30T12:00:00.000Z",
      source: QUEUE_ARN,
      messageId: "m1",
    });
  });

  test("says how often the handler was started, which claim ended, and which trace it belongs to", () => {
    const more = { tries: 2, claim: "token", traceparent: "00-1-2-01" };
    expect(failureReason(new Error("no"), delivered(), { ...facts, ...more })).toMatchObject(more);
  });

  test("says how often the message was redriven before", () => {
    const fanfareFailure = text(JSON.stringify({ redrives: 2 }));
    expect(failureReason("no", delivered({ messageAttributes: { fanfareFailure } }), facts)).toMatchObject({
      redrives: 2,
    });
  });

  test.each<[string, unknown, string | undefined, number | undefined]>([
    ["a handler that was given up, and has a claim to end", timeout, "token", NOW + 5_000],
    ["a handler that was given up without a claim", timeout, undefined, undefined],
    ["a handler that failed", new Error("no"), "token", undefined],
    ["a handler that failed for good", new PermanentError("no"), "token", undefined],
  ])("tells until when %s may still run: only the first may", (_, error, claim, runsUntil) => {
    const reason = failureReason(error, delivered(), { ...facts, claim });
    expect(reason.runsUntil).toBe(runsUntil);
    expect("runsUntil" in reason).toBe(runsUntil !== undefined);
  });

  test.each<[unknown, boolean]>([
    [new Error("no"), true],
    [new PermanentError("no"), true],
    [new RetryError("no"), true],
    [new FanfareError("SchemaMismatch", "no"), false],
  ])("names the first frame of the user's code, of %s: %s", (error, has) => {
    expect("frame" in failureReason(error, delivered(), facts)).toBe(has);
  });

  test("keeps 100 characters of a name, and none that SQS refuses", () => {
    const error = Object.assign(new Error("no"), { name: `\u0000${"N".repeat(500)}` });
    const { error: name } = failureReason(error, delivered(), facts);
    expect(name).toMatch(/^\uFFFDN{99}\.\.\. \(501 characters\)$/);
  });
});

describe("a dead letter", () => {
  const reason = failureReason("no", delivered(), facts);
  const attributeOf = (made: object) => ({ DataType: "String", StringValue: JSON.stringify(made) });

  test("is the message as it was, with the reason, and knows its size", () => {
    const delivery = delivered({ messageAttributes: { region: text("eu") }, body: "body" });
    const attributes = { region: { DataType: "String", StringValue: "eu" }, fanfareFailure: attributeOf(reason) };
    expect(deadLetterMessage(delivery, reason)).toEqual({
      body: "body",
      attributes,
      bytes: messageBytes("body", attributes),
      hasReason: true,
      group: undefined,
      deduplicationId: "m1",
      traceHeader: undefined,
    });
  });

  test("keeps its group and its trace header", () => {
    const attributes = { ApproximateReceiveCount: "3", MessageGroupId: "g", AWSTraceHeader: "Root=1-2" };
    const delivery = delivered({ attributes, eventSourceARN: FIFO_ARN });
    expect(deadLetterMessage(delivery, reason)).toMatchObject({ group: "g", traceHeader: "Root=1-2" });
  });

  test.each([
    [9, true],
    [10, false],
  ])("of %d attributes has room for the reason: %s", (count, hasReason) => {
    const messageAttributes = Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, text("x")]));
    const letter = deadLetterMessage(delivered({ messageAttributes }), reason);
    expect(letter.hasReason).toBe(hasReason);
    expect(Object.keys(letter.attributes)).toHaveLength(hasReason ? count + 1 : count);
  });

  test("has room for the reason up to exactly 1 MiB", () => {
    const room = 1_048_576 - messageBytes("", { fanfareFailure: attributeOf(reason) });
    const letters = [room, room + 1].map((bytes) => deadLetterMessage(delivered({ body: "x".repeat(bytes) }), reason));
    expect(letters.map(({ hasReason, bytes }) => [hasReason, bytes])).toEqual([
      [true, 1_048_576],
      [false, room + 1],
    ]);
  });

  test("without room for the reason has none of an earlier failure either", () => {
    const messageAttributes = { fanfareFailure: text("old"), region: text("eu") };
    const letter = deadLetterMessage(delivered({ messageAttributes, body: "x".repeat(1_048_500) }), reason);
    expect(letter).toMatchObject({ hasReason: false, attributes: { region: { StringValue: "eu" } } });
    expect(Object.keys(letter.attributes)).toEqual(["region"]);
  });

  test.each([
    ["an empty body", ""],
    ["a body that is no string", 7 as never],
  ])("is not made of a record with %s: SQS would refuse it", (_, body) => {
    expect(() => deadLetterMessage(delivered({ body }), reason)).toThrow(
      expect.objectContaining({
        code: "BodyMalformed",
        field: "body",
        message: "a record without a body cannot be sent to a dead-letter queue",
      }),
    );
  });

  test("keeps no binary value beside a string, and each as what it was", () => {
    const messageAttributes = {
      note: { dataType: "String", stringValue: "x" },
      blob: { dataType: "Binary", binaryValue: "AAH/" },
    };
    const { attributes } = deadLetterMessage(delivered({ messageAttributes }), reason);
    expect(attributes.note).toEqual({ DataType: "String", StringValue: "x" });
    expect(attributes.blob).toEqual({ DataType: "Binary", BinaryValue: Buffer.from([0, 1, 255]) });
  });
});
