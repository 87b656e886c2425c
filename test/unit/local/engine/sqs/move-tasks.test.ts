import { expect, test } from "vitest";
import { awsError, Bench, redrive, text } from "./harness.ts";

/** A source whose messages are in the dead-letter queue. */
function deadLetters(count: number, name = "orders", bench = new Bench(), existing?: string) {
  const dead = existing ?? bench.create("dead");
  const url = bench.create(name, { ...redrive(bench.arn(dead), 1), VisibilityTimeout: "0" });
  for (let number = 0; number < count; number++) {
    bench.send(url, `${name}-${number}`);
  }
  while (bench.receive(url).length > 0) {
    // Every message is received once and moved the second time.
  }
  const start = (more = {}) =>
    text(bench.call("StartMessageMoveTask", { SourceArn: bench.arn(dead), ...more }).TaskHandle);
  const list = (MaxResults?: number) =>
    bench.call("ListMessageMoveTasks", { SourceArn: bench.arn(dead), MaxResults }).Results ?? [];
  return { bench, url, dead, start, list };
}

test("without a rate everything goes back at once, as new messages", () => {
  const { bench, url, dead, start, list } = deadLetters(12);
  const before = bench.engine.inspect(bench.arn(dead));
  bench.wait(100);
  start();
  expect(bench.counts(dead)).toEqual([0, 0, 0]);
  const after = bench.engine.inspect(bench.arn(url));
  expect(after.map((message) => message.body)).toEqual(before.map((message) => message.body));
  const old = new Set(before.map((message) => message.messageId));
  expect(
    after.every(
      (message) => !old.has(message.messageId) && message.receiveCount === 0 && message.enqueuedAt === bench.now,
    ),
  ).toBe(true);
  expect(after[0]).not.toHaveProperty("deadLetterSourceArn");
  expect(list()).toEqual([
    {
      Status: "COMPLETED",
      SourceArn: bench.arn(dead),
      ApproximateNumberOfMessagesMoved: 12,
      ApproximateNumberOfMessagesToMove: 12,
      StartedTimestamp: bench.now,
    },
  ]);
});

test("messages of several sources each go back to their own", () => {
  const { bench, url, dead } = deadLetters(2, "orders");
  const other = deadLetters(3, "bills", bench, dead);
  other.start();
  expect(bench.counts(url)[0]).toBe(2);
  expect(bench.counts(other.url)[0]).toBe(3);
});

test("a destination may be named; attributes and groups go along", () => {
  const bench = new Bench();
  const dead = bench.fifo("dead.fifo");
  bench.fifo("orders.fifo", redrive(bench.arn(dead), 1));
  const elsewhere = bench.fifo("elsewhere.fifo");
  const MessageAttributes = { a: { DataType: "Binary", BinaryValue: new Uint8Array([7]) } };
  bench.send(dead, "1", { MessageGroupId: "g", MessageAttributes });
  bench.send(dead, "2", { MessageGroupId: "g" });
  bench.call("StartMessageMoveTask", { SourceArn: bench.arn(dead), DestinationArn: bench.arn(elsewhere) });
  const [first, second] = bench.receive(elsewhere, {
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["MessageGroupId"],
  });
  expect(first).toMatchObject({ Body: "1", MessageAttributes, Attributes: { MessageGroupId: "g" } });
  expect(second?.Body).toBe("2");
});

test("with a rate the task goes on with the clock, and can be listed and cancelled on the way", () => {
  const { bench, url, dead, start, list } = deadLetters(10);
  const started = bench.now;
  const handle = start({ MaxNumberOfMessagesPerSecond: 2 });
  expect(bench.counts(url)[0]).toBe(1);
  expect(bench.engine.nextChangeAt(bench.arn(url))).toBe(started + 500);
  bench.wait(1.2);
  expect(bench.counts(url)[0]).toBe(3);
  expect(bench.engine.inspect(bench.arn(url)).map((message) => message.enqueuedAt - started)).toEqual([0, 500, 1_000]);
  expect(list()).toMatchObject([
    {
      Status: "RUNNING",
      TaskHandle: handle,
      MaxNumberOfMessagesPerSecond: 2,
      ApproximateNumberOfMessagesMoved: 3,
      ApproximateNumberOfMessagesToMove: 10,
    },
  ]);
  expect(bench.call("CancelMessageMoveTask", { TaskHandle: handle })).toEqual({ ApproximateNumberOfMessagesMoved: 3 });
  bench.wait(100);
  expect(bench.counts(dead)[0]).toBe(7);
  expect(list()[0]).not.toHaveProperty("TaskHandle");
  expect(list()).toMatchObject([{ Status: "CANCELLED", ApproximateNumberOfMessagesMoved: 3 }]);
  expect(awsError(() => bench.call("CancelMessageMoveTask", { TaskHandle: handle }))).toMatchObject({
    code: "ResourceNotFoundException",
    statusCode: 404,
  });
});

test("a task with a rate completes, and a waiting consumer is told of what it brings", () => {
  const { bench, url, dead, start, list } = deadLetters(3);
  const told: string[] = [];
  bench.engine.onChange((arn) => told.push(arn));
  start({ MaxNumberOfMessagesPerSecond: 1 });
  told.length = 0;
  bench.wait(1);
  expect(bench.engine.nextChangeAt(bench.arn(url))).toBe(bench.now + 1_000);
  expect(told).toEqual([bench.arn(url)]);
  bench.wait(5);
  expect(bench.counts(url)[0]).toBe(3);
  expect(bench.counts(dead)[0]).toBe(0);
  expect(list()).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 3 }]);
  expect(bench.engine.nextChangeAt(bench.arn(url))).toBeUndefined();
});

test("messages in flight in the dead-letter queue stay there", () => {
  const { bench, url, dead, start } = deadLetters(3);
  bench.receiveOne(dead);
  start();
  expect(bench.counts(dead)).toEqual([0, 1, 0]);
  expect(bench.counts(url)).toEqual([2, 0, 0]);
});

test("a task that is looked at late has done each step at its own time", () => {
  const { bench, url, dead, start, list } = deadLetters(2);
  bench.receiveOne(dead, { VisibilityTimeout: 1 });
  bench.send(url, "delayed", { DelaySeconds: 1 });
  start({ MaxNumberOfMessagesPerSecond: 1 });
  bench.wait(10);
  // The second message was visible again in time for its step, and stands behind what was ready then.
  expect(bench.bodies(url)).toEqual(["orders-1", "delayed", "orders-0"]);
  expect(list()).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 2 }]);
});

test("a task fails when its destination goes, or when a message has no source to go back to", () => {
  const { bench, url, start, list } = deadLetters(3);
  start({ MaxNumberOfMessagesPerSecond: 1, DestinationArn: bench.arn(url) });
  bench.call("DeleteQueue", { QueueUrl: url });
  bench.wait(2);
  expect(list()).toMatchObject([{ Status: "FAILED", FailureReason: "AWS.SimpleQueueService.NonExistentQueue" }]);

  const direct = deadLetters(0);
  direct.bench.send(direct.dead, "sent here directly");
  direct.start();
  expect(direct.list()).toMatchObject([{ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" }]);
  expect(direct.bench.counts(direct.dead)[0]).toBe(1);
});

test("what cannot be started is refused with the reason", () => {
  const { bench, url, dead, start } = deadLetters(5);
  const SourceArn = bench.arn(dead);
  const call = (input: object) => awsError(() => bench.call("StartMessageMoveTask", { SourceArn, ...input }));
  const missing = "arn:aws:sqs:eu-central-1:123456789012:none";
  expect(call({ SourceArn: bench.arn(url) }).message).toBe("Source queue must be configured as a Dead Letter Queue.");
  expect(call({ SourceArn: missing })).toMatchObject({
    code: "ResourceNotFoundException",
    statusCode: 404,
    message: "The resource that you specified for the SourceArn parameter doesn't exist.",
  });
  expect(call({ SourceArn: "dead" }).message).toContain("You must use this format to specify the SourceArn");
  expect(call({ SourceArn: undefined }).queryCode).toBe("MissingParameter");
  expect(call({ DestinationArn: missing }).message).toContain("DestinationArn");
  expect(call({ DestinationArn: SourceArn }).message).toContain("cannot be the same");
  expect(call({ DestinationArn: bench.arn(bench.fifo("x.fifo")) }).message).toContain("same type");
  expect(call({ MaxNumberOfMessagesPerSecond: 0 }).queryCode).toBe("InvalidParameterValue");
  expect(call({ MaxNumberOfMessagesPerSecond: 501 }).queryCode).toBe("InvalidParameterValue");
  start({ MaxNumberOfMessagesPerSecond: 1 });
  expect(call({}).message).toContain("There is already a task running.");
});

test("unknown task handles are refused", () => {
  const { bench, dead, start } = deadLetters(1);
  const cancel = (TaskHandle: string) => awsError(() => bench.call("CancelMessageMoveTask", { TaskHandle }));
  const forged = (sourceArn: string) => Buffer.from(JSON.stringify({ taskId: "x", sourceArn })).toString("base64");
  start();
  expect(cancel("rubbish").message).toBe("Value for parameter TaskHandle is invalid.");
  expect(cancel(Buffer.from("{}").toString("base64")).message).toBe("Value for parameter TaskHandle is invalid.");
  expect(cancel(forged(bench.arn(dead)))).toMatchObject({
    code: "ResourceNotFoundException",
    message: "Task does not exist.",
  });
  expect(cancel(forged("arn:aws:sqs:eu-central-1:123456789012:none")).message).toContain("SourceArn");
});

test("the latest ten tasks of a queue are listed, newest first, one by default", () => {
  const { bench, start, list } = deadLetters(0);
  const starts = Array.from({ length: 12 }, () => {
    bench.wait(1);
    start();
    return bench.now;
  });
  expect(list().map((task) => task.StartedTimestamp)).toEqual(starts.slice(-1));
  expect(list(10).map((task) => task.StartedTimestamp)).toEqual(starts.slice(2).reverse());
  expect(awsError(() => list(11)).queryCode).toBe("InvalidParameterValue");
});
