import { expect, test } from "vitest";
import { SqsEngine } from "../../../../../lib/local/engine/sqs/index.ts";
import { countSteps } from "../../../../support/count-steps.ts";
import { Bench, CONTEXT, redrive, text } from "./harness.ts";

test("listeners are told of sends, visibility changes and deletions, until they unsubscribe", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  const told: string[] = [];
  const stop = bench.engine.onChange((arn) => told.push(arn));
  const after = (work: () => unknown) => {
    told.length = 0;
    work();
    return told.length;
  };
  expect(after(() => bench.send(url, "x"))).toBe(1);
  const handle = bench.receiveOne(url).ReceiptHandle;
  expect(after(() => bench.receive(url))).toBe(0);
  expect(after(() => bench.visibility(url, handle, 60))).toBe(1);
  expect(after(() => bench.delete(url, handle))).toBe(1);
  expect(after(() => bench.attributes(url))).toBe(0);
  expect(after(() => bench.call("DeleteQueue", { QueueUrl: url }))).toBe(1);
  expect(told).toEqual(["arn:aws:sqs:eu-central-1:123456789012:orders"]);
  stop();
  expect(after(() => bench.send(bench.create("other"), "x"))).toBe(0);
});

test("the dead-letter queue's listeners are told of a message that moves there", () => {
  const bench = new Bench();
  const dead = bench.create("dead");
  const url = bench.create("orders", { ...redrive(bench.arn(dead), 1), VisibilityTimeout: "0" });
  bench.send(url, "x");
  bench.receive(url);
  const told: string[] = [];
  bench.engine.onChange((arn) => told.push(arn));
  bench.receive(url);
  expect(told).toEqual([bench.arn(dead)]);
});

test("a listener may call the engine", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  const received: string[] = [];
  bench.engine.onChange(() => {
    received.push(...bench.bodies(url));
  });
  bench.send(url, "1");
  bench.send(url, "2");
  expect(received).toEqual(["1", "2"]);
});

test("the next change is the earliest end of a delay or a visibility timeout, always in the future", () => {
  const bench = new Bench();
  const url = bench.create("orders", { VisibilityTimeout: "30" });
  const arn = bench.arn(url);
  const next = () => {
    const at = bench.engine.nextChangeAt(arn);
    return at === undefined ? undefined : (at - bench.now) / 1_000;
  };
  expect(next()).toBeUndefined();
  bench.send(url, "now");
  expect(next()).toBeUndefined();
  bench.receiveOne(url);
  expect(next()).toBe(30);
  bench.send(url, "later", { DelaySeconds: 5 });
  expect(next()).toBe(5);
  bench.wait(5);
  expect(next()).toBe(25);
  bench.receiveOne(url, { VisibilityTimeout: 0 });
  expect(next()).toBe(25);
  bench.wait(25);
  expect(next()).toBeUndefined();
  expect(bench.engine.nextChangeAt(`${arn}-none`)).toBeUndefined();
});

test("looking at a queue changes nothing in it", () => {
  const bench = new Bench();
  const url = bench.fifo("orders.fifo");
  bench.sendGroup(url, "g", "1", "2");
  bench.receiveOne(url);
  const look = () => bench.engine.inspect(bench.arn(url));
  expect(look().map(({ body, state, receiveCount, groupId }) => [body, state, receiveCount, groupId])).toEqual([
    ["1", "inFlight", 1, "g"],
    ["2", "visible", 0, "g"],
  ]);
  expect(look()).toEqual(look());
  const standard = bench.create("standard");
  bench.send(standard, "x", { DelaySeconds: 3 });
  expect(bench.engine.inspect(bench.arn(standard))).toMatchObject([
    { state: "delayed", availableAt: bench.now + 3_000 },
  ]);
});

/** An engine in the middle of everything that a snapshot must hold. */
function busy() {
  const bench = new Bench();
  const dead = bench.create("dead");
  const standard = bench.create("orders", { ...redrive(bench.arn(dead), 1), VisibilityTimeout: "30" });
  const fifo = bench.fifo("orders.fifo", { VisibilityTimeout: "30" });
  bench.call("TagQueue", { QueueUrl: standard, Tags: { team: "a" } });
  for (let number = 0; number < 5; number++) {
    bench.send(standard, `s${number}`, { MessageGroupId: number % 2 ? "odd" : undefined });
  }
  bench.send(standard, "delayed", {
    DelaySeconds: 60,
    MessageAttributes: { a: { DataType: "Binary", BinaryValue: new Uint8Array([9]) } },
  });
  bench.receiveOne(standard);
  for (const group of ["a", "b", "c"]) {
    bench.sendGroup(fifo, group, `${group}1`, `${group}2`, `${group}3`);
  }
  bench.delete(fifo, bench.receiveOne(fifo).ReceiptHandle);
  const held = bench.receive(fifo, { MaxNumberOfMessages: 1, ReceiveRequestAttemptId: "try" });
  bench.wait(1);
  return { bench, dead, standard, fifo, held };
}

test("an engine restored from JSON behaves like the one it was taken from", () => {
  const { bench, dead, standard, fifo, held } = busy();
  const snapshot = bench.engine.snapshot();
  const json = JSON.stringify(snapshot);
  expect(JSON.parse(json)).toEqual(snapshot);
  const twin = new SqsEngine({ environment: { now: () => bench.now, random: Math.random } });
  twin.restore(JSON.parse(json));
  expect(JSON.stringify(twin.snapshot())).toBe(json);
  const both = (queueUrl: string, more: object) =>
    [bench.engine, twin].map((engine) =>
      (
        engine.call(CONTEXT, "ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: 10, ...more }).Messages ?? []
      ).map(({ ReceiptHandle: _handle, ...rest }) => rest),
    );
  const everything = { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] };
  const repeated = twin.call(CONTEXT, "ReceiveMessage", { QueueUrl: fifo, ReceiveRequestAttemptId: "try" }).Messages;
  expect(repeated?.[0]?.ReceiptHandle).toBe(held[0]?.ReceiptHandle);
  bench.engine.call(CONTEXT, "ReceiveMessage", { QueueUrl: fifo, ReceiveRequestAttemptId: "try" });
  for (let round = 0; round < 4; round++) {
    const [one, other] = both(fifo, { ...everything, MaxNumberOfMessages: 2 });
    expect(other).toEqual(one);
    const [first, second] = both(standard, everything);
    expect(second).toEqual(first);
    bench.wait(31);
  }
  const [left, right] = both(dead, everything);
  expect(left).not.toEqual([]);
  expect(right?.length).toBe(left?.length);
  // Deduplication is remembered as well.
  const again = {
    QueueUrl: fifo,
    MessageBody: "x",
    MessageGroupId: "a",
    MessageDeduplicationId: `a-a1-${bench.now - 125_000}`,
  };
  expect(twin.call(CONTEXT, "SendMessage", again).MessageId).toBe(
    bench.engine.call(CONTEXT, "SendMessage", again).MessageId,
  );
  expect(twin.call(CONTEXT, "ListQueueTags", { QueueUrl: standard }).Tags).toEqual({ team: "a" });
});

test("a snapshot is not touched by what happens later, and can be restored twice", () => {
  const { bench, standard } = busy();
  const snapshot = bench.engine.snapshot();
  const json = JSON.stringify(snapshot);
  bench.wait(100);
  bench.receive(standard);
  bench.send(standard, "new");
  expect(JSON.stringify(snapshot)).toBe(json);
  bench.engine.restore(snapshot);
  bench.receive(standard);
  bench.call("DeleteQueue", { QueueUrl: standard });
  bench.engine.restore(snapshot);
  expect(JSON.stringify(snapshot)).toBe(json);
  expect(bench.counts(standard)).toEqual([6, 0, 0]);
  expect(() => bench.engine.restore(JSON.parse('{"version":99}'))).toThrow("version 99");
});

test("a snapshot keeps the order in which messages became available", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  bench.send(url, "1");
  bench.send(url, "2");
  bench.receiveOne(url, { VisibilityTimeout: 1 });
  bench.wait(1);
  expect(bench.counts(url)).toEqual([2, 0, 0]);
  bench.engine.restore(JSON.parse(JSON.stringify(bench.engine.snapshot())));
  expect(bench.bodies(url)).toEqual(["2", "1"]);
});

test("a running move task survives a snapshot", () => {
  const bench = new Bench();
  const dead = bench.create("dead");
  const url = bench.create("orders", redrive(bench.arn(dead), 1));
  for (const body of ["1", "2", "3"]) {
    bench.send(dead, body);
  }
  const input = { SourceArn: bench.arn(dead), DestinationArn: bench.arn(url), MaxNumberOfMessagesPerSecond: 1 };
  const handle = text(bench.call("StartMessageMoveTask", input).TaskHandle);
  bench.engine.restore(JSON.parse(JSON.stringify(bench.engine.snapshot())));
  bench.wait(1);
  expect(bench.call("CancelMessageMoveTask", { TaskHandle: handle }).ApproximateNumberOfMessagesMoved).toBe(2);
});

test("the same seed gives the same ids and handles", () => {
  const run = () => {
    const { bench, standard } = busy();
    return [bench.engine.snapshot(), bench.receive(standard)];
  };
  expect(run()).toEqual(run());
});

test("a source of chance that repeats itself is noticed instead of losing messages", () => {
  const engine = new SqsEngine({ environment: { now: () => 0, random: () => 0.5 } });
  const QueueUrl = text(engine.call(CONTEXT, "CreateQueue", { QueueName: "orders" }).QueueUrl);
  engine.call(CONTEXT, "SendMessage", { QueueUrl, MessageBody: "1" });
  expect(() => engine.call(CONTEXT, "SendMessage", { QueueUrl, MessageBody: "2" })).toThrow("does not repeat itself");
});

test("the work for one call does not grow with the backlog", { timeout: 30_000 }, () => {
  // Were a receive linear in the backlog, the large queue would take thirty times as many steps.
  const drain = (backlog: number) => {
    const bench = new Bench();
    const url = bench.create("orders");
    for (let number = 0; number < backlog; number++) {
      bench.send(url, "x", { MessageGroupId: number % 10 ? "loud" : `quiet-${number % 70}` });
    }
    for (let count = 0; count < backlog / 20; count++) {
      bench.receive(url);
    }
    return countSteps(() => {
      for (let count = 0; count < 100; count++) {
        for (const message of bench.receive(url, { MaxNumberOfMessages: 10 })) {
          bench.delete(url, message.ReceiptHandle);
        }
      }
    });
  };
  const small = drain(2_000);
  const large = drain(60_000);
  expect(large).toBeLessThan(small * 2);
});
