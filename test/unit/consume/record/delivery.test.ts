import { describe, expect, test } from "vitest";
import { Delivery } from "../../../../lib/consume/record/index.ts";
import type { SqsRecord } from "../../../../lib/index.ts";
import { QUEUE_ARN, record } from "../support.ts";

/** What a record without any field reads as. */
const NOTHING = {
  messageId: "",
  receiveCount: 1,
  queueArn: "",
  fifo: false,
  group: "",
  sentAt: undefined,
  traceHeader: undefined,
  letterOf: undefined,
  runsUntil: 0,
  redrives: undefined,
  attributeNames: [],
};

const deliveryOf = (hostile: unknown) => new Delivery(hostile as SqsRecord);

function seen(delivery: Delivery): Record<keyof typeof NOTHING, unknown> {
  const { messageId, receiveCount, queueArn, fifo, group, sentAt, traceHeader } = delivery;
  const { letterOf, runsUntil, redrives, attributeNames } = delivery;
  return {
    messageId,
    receiveCount,
    queueArn,
    fifo,
    group,
    sentAt,
    traceHeader,
    letterOf,
    runsUntil,
    redrives,
    attributeNames,
  };
}

/** A message that was redriven with this failure reason. */
const redriven = (reason: unknown): Delivery =>
  new Delivery(
    record("{}", {
      messageAttributes: { fanfareFailure: { dataType: "String", stringValue: JSON.stringify(reason) } },
    }),
  );

describe("a delivery", () => {
  test("says what SQS says of the message", () => {
    const attributes = {
      ApproximateReceiveCount: "3",
      SentTimestamp: "1700000000000",
      MessageGroupId: "g",
      AWSTraceHeader: "Root=1-a",
    };
    const messageAttributes = { color: { dataType: "String", stringValue: "red" } };
    const delivery = new Delivery(record("{}", { messageId: "m", group: "g", attributes, messageAttributes }));
    expect(seen(delivery)).toEqual({
      ...NOTHING,
      messageId: "m",
      receiveCount: 3,
      queueArn: `${QUEUE_ARN}.fifo`,
      fifo: true,
      group: "g",
      sentAt: 1_700_000_000_000,
      traceHeader: "Root=1-a",
      attributeNames: ["color"],
    });
  });

  test.each<[string, unknown]>([
    ["that is missing", undefined],
    ["that is null", null],
    ["without fields", {}],
    ["whose attributes are null", { attributes: null, messageAttributes: null }],
    ["whose attributes are strings", { attributes: "text", messageAttributes: "text" }],
    ["whose fields are numbers", { messageId: 1, eventSourceARN: 2, attributes: 3, messageAttributes: 4 }],
    ["whose attributes have numbers", { attributes: { MessageGroupId: 1, AWSTraceHeader: 2 } }],
  ])("of a record %s reads as one of nothing", (_, hostile) => {
    const delivery = deliveryOf(hostile);
    expect(seen(delivery)).toEqual(NOTHING);
    expect(delivery.attribute("0")).toBeUndefined();
  });

  test.each([["0"], ["-1"], [""], ["yesterday"]])("does not say when it was sent for the time %j", (SentTimestamp) => {
    expect(deliveryOf({ attributes: { SentTimestamp } }).sentAt).toBeUndefined();
  });

  test.each([["0"], ["-1"], ["1.5"], [""], ["often"]])("counts as received once for the count %j", (count) => {
    expect(deliveryOf({ attributes: { ApproximateReceiveCount: count } }).receiveCount).toBe(1);
  });

  test("has the attributes of type string, each of the data type that is asked for", () => {
    const messageAttributes = {
      color: { dataType: "String", stringValue: "red" },
      bytes: { dataType: "Binary", binaryValue: "AAE=" },
      count: { stringValue: 5 },
      nothing: null,
    };
    const delivery = deliveryOf({ messageAttributes });
    const values = ["color", "bytes", "count", "nothing"].map((name) => delivery.attribute(name));
    expect(values).toEqual(["red", undefined, undefined, undefined]);
    expect(delivery.attribute("bytes", "binaryValue")).toBe("AAE=");
  });

  test("that is handed back before any invocation has it names none", () => {
    expect(new Delivery(record("{}")).invocation).toEqual({ id: "", functionName: "" });
  });
});

describe("a redriven dead letter", () => {
  test("names the claim that it ended, until when its handler may run, and its redrives", () => {
    const delivery = redriven({ claim: "token", runsUntil: 5, redrives: 2 });
    expect(seen(delivery)).toMatchObject({ letterOf: "token", runsUntil: 5, redrives: 2 });
  });

  test.each<[string, unknown]>([
    ["fields of other types", { claim: 5, runsUntil: "5", redrives: "2" }],
    ["an empty claim", { claim: "" }],
    ["null in place of fields", { claim: null, runsUntil: null, redrives: null }],
    ["a list in place of an object", ["token", 5, 2]],
  ])("says none of it where its reason has %s", (_, reason) => {
    expect(seen(redriven(reason))).toMatchObject({ letterOf: undefined, runsUntil: 0, redrives: undefined });
  });
});
