import fc from "fast-check";
import { expect, test } from "vitest";
import { awsError, Bench, type Received } from "./harness.ts";

function queue(attributes = {}, options = {}) {
  const bench = new Bench(options);
  return { bench, url: bench.fifo("orders.fifo", attributes) };
}

test("several messages of a group come in one batch, in order, and then the next group", () => {
  const { bench, url } = queue();
  bench.sendGroup(url, "a", "1", "2", "3");
  bench.sendGroup(url, "b", "4", "5");
  expect(bench.bodies(url, { MaxNumberOfMessages: 4 })).toEqual(["1", "2", "3", "4"]);
});

test("a group is held back while one of its messages is in flight, other groups go on", () => {
  const { bench, url } = queue();
  bench.sendGroup(url, "a", "1", "2");
  bench.sendGroup(url, "b", "3");
  const first = bench.receiveOne(url);
  expect(bench.bodies(url)).toEqual(["3"]);
  expect(bench.bodies(url)).toEqual([]);
  bench.delete(url, first.ReceiptHandle);
  expect(bench.bodies(url)).toEqual(["2"]);
});

test("groups take turns", () => {
  const { bench, url } = queue();
  bench.sendGroup(url, "a", "a1", "a2", "a3");
  bench.sendGroup(url, "b", "b1", "b2");
  bench.sendGroup(url, "c", "c1");
  const order: string[] = [];
  for (
    let message = bench.receive(url, { MaxNumberOfMessages: 1 })[0];
    message;
    message = bench.receive(url, { MaxNumberOfMessages: 1 })[0]
  ) {
    order.push(message.Body);
    bench.delete(url, message.ReceiptHandle);
  }
  expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

// What AWS was seen to do: an invisible message hides itself and what follows it in the group, not what is before it.
test.each([
  [0, []],
  [1, ["1"]],
  [2, ["1", "2"]],
])("while message %i stays invisible longer, those before it are received again: %j", (place, expected) => {
  const { bench, url } = queue({ VisibilityTimeout: "1" });
  bench.sendGroup(url, "a", "1", "2", "3");
  const handles = bench.receive(url).map((message) => message.ReceiptHandle);
  bench.visibility(url, handles[place] ?? "", 4);
  bench.wait(2.5);
  expect(bench.bodies(url)).toEqual(expected);
});

test("messages come back in order after a failed batch", () => {
  const { bench, url } = queue({ VisibilityTimeout: "30" });
  bench.sendGroup(url, "a", "1", "2", "3", "4");
  const [, second] = bench.receive(url, { MaxNumberOfMessages: 3 });
  bench.delete(url, second?.ReceiptHandle ?? "");
  bench.wait(30);
  expect(bench.bodies(url)).toEqual(["1", "3", "4"]);
});

test("a handle whose visibility is over, or an older one, does not delete", () => {
  const { bench, url } = queue({ VisibilityTimeout: "10" });
  bench.sendGroup(url, "a", "1");
  const stale = bench.receiveOne(url).ReceiptHandle;
  bench.wait(10);
  const expired = awsError(() => bench.delete(url, stale));
  expect(expired.queryCode).toBe("InvalidParameterValue");
  expect(expired.message).toBe(
    `Value ${stale} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  );
  const latest = bench.receiveOne(url).ReceiptHandle;
  expect(awsError(() => bench.delete(url, stale)).message).toContain("expired");
  expect(awsError(() => bench.visibility(url, stale, 1)).message).toContain("expired");
  bench.visibility(url, latest, 60);
  bench.wait(30);
  bench.delete(url, latest);
  bench.delete(url, latest);
  expect(bench.counts(url)).toEqual([0, 0, 0]);
});

test("a message needs a group and, without content-based deduplication, a deduplication id", () => {
  const { bench, url } = queue({ ContentBasedDeduplication: "false" });
  expect(awsError(() => bench.send(url, "x", { MessageDeduplicationId: "d" }))).toMatchObject({
    queryCode: "MissingParameter",
    message: "The request must contain the parameter MessageGroupId.",
  });
  expect(awsError(() => bench.send(url, "x", { MessageGroupId: "g" }))).toMatchObject({
    queryCode: "InvalidParameterValue",
    message:
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  });
  for (const wrong of ["", "a b", "x".repeat(129)]) {
    const dedup = { MessageGroupId: "g", MessageDeduplicationId: wrong };
    expect(awsError(() => bench.send(url, "x", dedup)).message).toContain("MessageDeduplicationId can only include");
    const group = { MessageGroupId: wrong, MessageDeduplicationId: "d" };
    expect(awsError(() => bench.send(url, "x", group)).message).toContain("MessageGroupId can only include");
  }
  const delayed = { MessageGroupId: "g", MessageDeduplicationId: "d", DelaySeconds: 2 };
  expect(awsError(() => bench.send(url, "x", delayed)).message).toBe(
    "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
  );
});

test("a duplicate within five minutes is accepted, answered like the first, and not delivered, even after a delete", () => {
  const { bench, url } = queue();
  const send = (body: string) => bench.send(url, body, { MessageGroupId: "g", MessageDeduplicationId: "d" });
  const first = send("first");
  bench.delete(url, bench.receiveOne(url).ReceiptHandle);
  bench.wait(299.999);
  const second = send("second");
  expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
  // The digest is of what was sent, or the SDK would refuse the answer.
  expect(second.MD5OfMessageBody).not.toBe(first.MD5OfMessageBody);
  expect(bench.receive(url)).toEqual([]);
  bench.wait(0.001);
  expect(send("third").MessageId).not.toBe(first.MessageId);
  expect(bench.bodies(url)).toEqual(["third"]);
});

test("content-based deduplication looks at the body only; an explicit id wins over it", () => {
  const { bench, url } = queue();
  const MessageAttributes = { a: { DataType: "String", StringValue: "1" } };
  bench.send(url, "same", { MessageGroupId: "g" });
  bench.send(url, "same", { MessageGroupId: "g", MessageAttributes });
  bench.send(url, "same", { MessageGroupId: "h" });
  bench.send(url, "same", { MessageGroupId: "h", MessageDeduplicationId: "other" });
  const received = bench.receive(url, { MessageSystemAttributeNames: ["MessageDeduplicationId"] });
  expect(received.map((message) => message.Attributes?.MessageDeduplicationId)).toEqual([
    // SHA-256 of "same".
    "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5",
    "other",
  ]);
});

test("deduplication is of the queue or of the group; what was remembered for the queue outlasts a change", () => {
  const { bench, url } = queue({ DeduplicationScope: "messageGroup" });
  const send = (group: string, body: string, id = "d") =>
    bench.send(url, body, { MessageGroupId: group, MessageDeduplicationId: id });
  send("1", "a");
  send("2", "b");
  send("2", "c");
  expect(bench.bodies(url)).toEqual(["a", "b"]);
  const scope = (DeduplicationScope: string) =>
    bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { DeduplicationScope } });
  scope("queue");
  send("3", "d");
  send("4", "e");
  scope("messageGroup");
  send("5", "f");
  expect(bench.bodies(url)).toEqual(["d"]);
});

test("sequence numbers have twenty digits and rise", () => {
  const { bench, url } = queue();
  const numbers = ["1", "2", "3"].map((body) => bench.send(url, body, { MessageGroupId: body }).SequenceNumber ?? "");
  expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
  expect(numbers.toSorted()).toEqual(numbers);
  const received = bench.receive(url, { MessageSystemAttributeNames: ["All"] });
  expect(received.map((message) => message.Attributes?.SequenceNumber)).toEqual(numbers);
  expect(received[0]?.Attributes).toMatchObject({ MessageGroupId: "1", MessageDeduplicationId: expect.any(String) });
});

test("the queue's delay counts, also when it is changed for messages that wait", () => {
  const { bench, url } = queue({ DelaySeconds: "10" });
  bench.send(url, "x", { MessageGroupId: "g", DelaySeconds: 0 });
  bench.wait(5);
  expect(bench.counts(url)).toEqual([0, 0, 1]);
  bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { DelaySeconds: "6" } });
  expect(bench.bodies(url)).toEqual([]);
  bench.wait(1);
  expect(bench.bodies(url)).toEqual(["x"]);
});

test("a message that expires frees its group", () => {
  const { bench, url } = queue({ MessageRetentionPeriod: "60", VisibilityTimeout: "600" });
  bench.sendGroup(url, "a", "1");
  bench.wait(30);
  bench.sendGroup(url, "a", "2");
  bench.receiveOne(url);
  expect(bench.bodies(url)).toEqual([]);
  bench.wait(30);
  expect(bench.bodies(url)).toEqual(["2"]);
});

test("at its limit of messages in flight a FIFO queue returns nothing, without an error", () => {
  const { bench, url } = queue({}, { maximumInFlight: 2 });
  bench.sendGroup(url, "a", "1", "2", "3");
  bench.sendGroup(url, "b", "4");
  expect(bench.bodies(url)).toEqual(["1", "2"]);
  expect(bench.bodies(url)).toEqual([]);
});

test("a receive with the same attempt id returns the same messages and handles, and hides them anew", () => {
  const { bench, url } = queue({ VisibilityTimeout: "30" });
  bench.sendGroup(url, "a", "1", "2");
  bench.sendGroup(url, "b", "3");
  const attempt = {
    ReceiveRequestAttemptId: "try-1",
    MessageSystemAttributeNames: ["ApproximateReceiveCount" as const],
  };
  const first = bench.receive(url, { ...attempt, MaxNumberOfMessages: 2 });
  bench.wait(20);
  expect(bench.receive(url, { ...attempt, MaxNumberOfMessages: 2 })).toEqual(first);
  bench.wait(20);
  expect(bench.counts(url)).toEqual([1, 2, 0]);
  expect(bench.bodies(url, { ReceiveRequestAttemptId: "try-2" })).toEqual(["3"]);
});

test.each([
  ["deleted", (bench: Bench, url: string, message: Received) => bench.delete(url, message.ReceiptHandle)],
  ["changed", (bench: Bench, url: string, message: Received) => bench.visibility(url, message.ReceiptHandle, 100)],
  ["visible again", (bench: Bench) => bench.wait(31)],
])("an attempt is not repeated once a message of it is %s", (_what, touch) => {
  const { bench, url } = queue({ VisibilityTimeout: "30" });
  bench.sendGroup(url, "a", "1", "2");
  const [first] = bench.receive(url, { ReceiveRequestAttemptId: "try" });
  if (first === undefined) {
    throw new Error("nothing was received");
  }
  touch(bench, url, first);
  const again = bench.receive(url, { ReceiveRequestAttemptId: "try" });
  expect(again.map((message) => message.ReceiptHandle)).not.toContain(first.ReceiptHandle);
});

test("an attempt can be repeated for five minutes, on FIFO queues only", () => {
  const { bench, url } = queue({ VisibilityTimeout: "1000" });
  bench.sendGroup(url, "a", "1");
  bench.receive(url, { ReceiveRequestAttemptId: "try" });
  bench.wait(300);
  expect(bench.receive(url, { ReceiveRequestAttemptId: "try" })).toEqual([]);
  const standard = bench.create("standard");
  expect(awsError(() => bench.receive(standard, { ReceiveRequestAttemptId: "try" })).message).toContain(
    "not valid for this queue type",
  );
  expect(awsError(() => bench.receive(url, { ReceiveRequestAttemptId: "a b" })).queryCode).toBe(
    "InvalidParameterValue",
  );
});

/** What a random consumer does next. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), group: fc.constantFrom("a", "b", "c") }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("receive" as const), count: fc.integer({ min: 1, max: 10 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("delete" as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("release" as const), pick: fc.nat(), seconds: fc.constantFrom(0, 3, 50) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(1, 5, 31) }) },
);

test("whatever consumers do, order holds within each group and nothing is lost", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { bench, url } = queue({ VisibilityTimeout: "30" });
      const waiting = new Map<string, number[]>();
      let held: { group: string; number: number; handle: string; until: number }[] = [];
      let next = 0;
      const order = { MessageSystemAttributeNames: ["MessageGroupId" as const] };
      const check = (received: Received[]) => {
        for (const message of received) {
          const group = message.Attributes?.MessageGroupId ?? "";
          const number = Number(message.Body);
          const before = (waiting.get(group) ?? []).filter((other) => other < number);
          const inBatch = received.map((other) => Number(other.Body));
          // Everything of the group that is older is deleted or in this very batch: nothing overtakes.
          expect(before.every((other) => inBatch.includes(other))).toBe(true);
          held.push({ group, number, handle: message.ReceiptHandle, until: bench.now + 30_000 });
        }
      };
      for (const action of steps) {
        held = held.filter((one) => one.until > bench.now);
        const one = "pick" in action && held.length > 0 ? held[action.pick % held.length] : undefined;
        if (action.kind === "send") {
          waiting.set(action.group, [...(waiting.get(action.group) ?? []), next]);
          bench.send(url, String(next), { MessageGroupId: action.group });
          next++;
        } else if (action.kind === "receive") {
          check(bench.receive(url, { ...order, MaxNumberOfMessages: action.count }));
        } else if (action.kind === "wait") {
          bench.wait(action.seconds);
        } else if (one !== undefined && action.kind === "delete") {
          bench.delete(url, one.handle);
          waiting.set(
            one.group,
            (waiting.get(one.group) ?? []).filter((other) => other !== one.number),
          );
          held = held.filter((other) => other !== one);
        } else if (one !== undefined && action.kind === "release") {
          bench.visibility(url, one.handle, action.seconds);
          one.until = bench.now + action.seconds * 1_000;
        }
      }
      bench.wait(60);
      const rest: number[] = [];
      for (let batch = bench.receive(url, order); batch.length > 0; batch = bench.receive(url, order)) {
        rest.push(...batch.map((message) => Number(message.Body)));
        for (const message of batch) {
          bench.delete(url, message.ReceiptHandle);
        }
      }
      expect(rest.toSorted((left, right) => left - right)).toEqual(
        [...waiting.values()].flat().toSorted((left, right) => left - right),
      );
      expect(bench.counts(url)).toEqual([0, 0, 0]);
    }),
    { numRuns: 150 },
  );
});
