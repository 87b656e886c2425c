import { expect, test } from "vitest";
import { awsError, Bench, CONTEXT, redrive, START, text } from "./harness.ts";

const ALL = { MessageSystemAttributeNames: ["All" as const], MessageAttributeNames: ["All"] };

function queues(maxReceiveCount: number, attributes = {}) {
  const bench = new Bench();
  const dead = bench.create("dead", { MessageRetentionPeriod: "1000" });
  const url = bench.create("orders", {
    ...redrive(bench.arn(dead), maxReceiveCount),
    VisibilityTimeout: "10",
    ...attributes,
  });
  return { bench, url, dead };
}

test("a message is moved when it would be received once more than maxReceiveCount", () => {
  const { bench, url, dead } = queues(2);
  const MessageAttributes = { a: { DataType: "String", StringValue: "1" } };
  const sent = bench.send(url, "poison", { MessageAttributes });
  for (let count = 0; count < 2; count++) {
    expect(bench.bodies(url)).toEqual(["poison"]);
    bench.wait(10);
  }
  expect(bench.counts(dead)).toEqual([0, 0, 0]);
  expect(bench.bodies(url)).toEqual([]);
  expect(bench.counts(dead)).toEqual([1, 0, 0]);
  const [message] = bench.receive(dead, ALL);
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: "poison",
    MessageAttributes,
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
  });
  // The service goes on counting receives over the queues, and keeps the time of sending on standard queues.
  expect(message?.Attributes).toMatchObject({
    ApproximateReceiveCount: "3",
    SentTimestamp: String(START),
    DeadLetterQueueSourceArn: bench.arn(url),
  });
});

test("nothing moves while nobody receives, and others are received in the place of what moves", () => {
  const { bench, url, dead } = queues(1);
  bench.send(url, "poison");
  bench.receiveOne(url);
  bench.wait(60);
  expect(bench.counts(dead)).toEqual([0, 0, 0]);
  bench.send(url, "good");
  expect(bench.bodies(url, { MaxNumberOfMessages: 1 })).toEqual(["good"]);
  expect(bench.counts(dead)).toEqual([1, 0, 0]);
  expect(bench.counts(url)).toEqual([0, 1, 0]);
});

test("a standard dead-letter queue counts retention from the first send, a FIFO one from the move", () => {
  const { bench, url, dead } = queues(1);
  bench.send(url, "poison");
  bench.receiveOne(url);
  bench.wait(900);
  bench.receive(url);
  bench.wait(99);
  expect(bench.counts(dead)[0]).toBe(1);
  bench.wait(1);
  expect(bench.counts(dead)[0]).toBe(0);

  const deadFifo = bench.fifo("dead.fifo", { MessageRetentionPeriod: "1000" });
  const fifo = bench.fifo("orders.fifo", { ...redrive(bench.arn(deadFifo), 1), VisibilityTimeout: "10" });
  bench.sendGroup(fifo, "g", "poison");
  bench.receiveOne(fifo);
  bench.wait(900);
  bench.receive(fifo);
  bench.wait(999);
  expect(bench.counts(deadFifo)[0]).toBe(1);
  bench.wait(1);
  expect(bench.counts(deadFifo)[0]).toBe(0);
});

test("a FIFO message that moves frees its group within the same receive, and keeps its ids", () => {
  const bench = new Bench();
  const dead = bench.fifo("dead.fifo");
  const url = bench.fifo("orders.fifo", { ...redrive(bench.arn(dead), 1), VisibilityTimeout: "10" });
  bench.sendGroup(url, "g", "poison", "next");
  const first = bench.receiveOne(url, ALL);
  bench.wait(10);
  expect(bench.bodies(url)).toEqual(["next"]);
  const [moved] = bench.receive(dead, ALL);
  expect(moved).toMatchObject({ MessageId: first.MessageId, Body: "poison" });
  expect(moved?.Attributes?.MessageGroupId).toBe("g");
  expect(moved?.Attributes?.MessageDeduplicationId).toBe(first.Attributes?.MessageDeduplicationId);
});

test("a dead-letter queue may have one of its own, and counts anew", () => {
  const bench = new Bench();
  const last = bench.create("last");
  const middle = bench.create("middle", { ...redrive(bench.arn(last), 2), VisibilityTimeout: "0" });
  const url = bench.create("orders", { ...redrive(bench.arn(middle), 3), VisibilityTimeout: "0" });
  bench.send(url, "x");
  const receives = (from: string) => {
    let count = 0;
    while (bench.receive(from).length > 0) {
      count++;
    }
    return count;
  };
  expect(receives(url)).toBe(3);
  expect(receives(middle)).toBe(2);
  expect(bench.counts(last)[0]).toBe(1);
});

test("without a dead-letter queue that exists and accepts, messages stay", () => {
  const { bench, url, dead } = queues(1, { VisibilityTimeout: "0" });
  bench.send(url, "x");
  bench.receiveOne(url);
  const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" });
  bench.call("SetQueueAttributes", { QueueUrl: dead, Attributes: { RedriveAllowPolicy } });
  expect(bench.bodies(url)).toEqual(["x"]);
  bench.call("DeleteQueue", { QueueUrl: dead });
  expect(bench.bodies(url)).toEqual(["x"]);
});

test.each([
  ["{", "not a valid JSON map"],
  ["[]", "not a valid JSON map"],
  [{ maxReceiveCount: 3 }, "deadLetterTargetArn"],
  [{ deadLetterTargetArn: "DEAD" }, "maxReceiveCount"],
  [{ deadLetterTargetArn: "dummy", maxReceiveCount: 42 }, "Invalid value for deadLetterTargetArn."],
  [{ deadLetterTargetArn: "DEAD", maxReceiveCount: 0 }, "valid values are from 1 to 1000 both inclusive"],
  [{ deadLetterTargetArn: "DEAD", maxReceiveCount: 1_001 }, "valid values are from 1 to 1000 both inclusive"],
  [{ deadLetterTargetArn: "DEAD", maxReceiveCount: 1.5 }, "valid values are from 1 to 1000 both inclusive"],
  [{ deadLetterTargetArn: "arn:aws:sqs:eu-central-1:123456789012:none", maxReceiveCount: 3 }, "does not exist"],
  [{ deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:dead", maxReceiveCount: 3 }, "same region"],
  [{ deadLetterTargetArn: "FIFO", maxReceiveCount: 3 }, "same type"],
])("the redrive policy %j is refused", (policy, reason) => {
  const bench = new Bench();
  const arns = { DEAD: bench.arn(bench.create("dead")), FIFO: bench.arn(bench.fifo("dead.fifo")) };
  const RedrivePolicy = (typeof policy === "string" ? policy : JSON.stringify(policy)).replace(
    /"(DEAD|FIFO)"/,
    (_all, name) => JSON.stringify(name === "DEAD" ? arns.DEAD : arns.FIFO),
  );
  const error = awsError(() => bench.create("orders", { RedrivePolicy }));
  expect(error.queryCode).toBe("InvalidParameterValue");
  expect(error.message).toContain(reason);
});

test("a redrive policy is kept in one spelling, so that the same queue can be created again", () => {
  const bench = new Bench();
  const deadLetterTargetArn = bench.arn(bench.create("dead"));
  const spelling = `{ "maxReceiveCount": "5", "deadLetterTargetArn": "${deadLetterTargetArn}" }`;
  const url = bench.create("orders", { RedrivePolicy: spelling });
  expect(bench.create("orders", { RedrivePolicy: spelling })).toBe(url);
  expect(JSON.parse(text(bench.attributes(url).RedrivePolicy))).toEqual({ deadLetterTargetArn, maxReceiveCount: 5 });
  bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { RedrivePolicy: "" } });
  expect(bench.attributes(url)).not.toHaveProperty("RedrivePolicy");
});

test("a dead-letter queue chooses its sources", () => {
  const bench = new Bench();
  const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;
  const dead = (name: string, policy: object) =>
    bench.arn(bench.create(name, { RedriveAllowPolicy: JSON.stringify(policy) }));
  const all = dead("all", { redrivePermission: "allowAll" });
  const none = dead("none", { redrivePermission: "denyAll" });
  const some = dead("some", { redrivePermission: "byQueue", sourceQueueArns: [arnOf("friend")] });
  bench.create("a", redrive(all, 1));
  bench.create("friend", redrive(some, 1));
  expect(awsError(() => bench.create("b", redrive(none, 1))).message).toContain("redriveAllowPolicy");
  expect(awsError(() => bench.create("stranger", redrive(some, 1))).message).toContain("redriveAllowPolicy");
});

test.each([
  ["{"],
  [{ redrivePermission: "some" }],
  [{ redrivePermission: "byQueue" }],
  [{ redrivePermission: "byQueue", sourceQueueArns: [] }],
  [{ redrivePermission: "byQueue", sourceQueueArns: ["x"] }],
  [{ redrivePermission: "byQueue", sourceQueueArns: Array.from({ length: 11 }, (_, n) => `arn:aws:sqs:a:1:q${n}`) }],
  [{ redrivePermission: "allowAll", sourceQueueArns: ["arn:aws:sqs:a:1:q"] }],
])("the redrive allow policy %j is refused", (policy) => {
  const RedriveAllowPolicy = typeof policy === "string" ? policy : JSON.stringify(policy);
  expect(awsError(() => new Bench().create("dead", { RedriveAllowPolicy })).queryCode).toBe("InvalidParameterValue");
});

test("the sources of a dead-letter queue are listed in pages", () => {
  const bench = new Bench();
  const dead = bench.create("dead");
  const urls = ["a", "b", "c"].map((name) => bench.create(name, redrive(bench.arn(dead), 1)));
  bench.create("other");
  expect(bench.call("ListDeadLetterSourceQueues", { QueueUrl: dead }).queueUrls).toEqual(urls);
  const first = bench.call("ListDeadLetterSourceQueues", { QueueUrl: dead, MaxResults: 2 });
  expect(first.queueUrls).toEqual(urls.slice(0, 2));
  const rest = bench.call("ListDeadLetterSourceQueues", {
    QueueUrl: dead,
    MaxResults: 2,
    NextToken: text(first.NextToken),
  });
  expect(rest).toEqual({ queueUrls: urls.slice(2) });
  expect(bench.engine.resolveQueueUrl(CONTEXT, urls[0] ?? "")).toContain(":a");
});
