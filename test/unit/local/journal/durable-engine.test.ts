import { join } from "node:path";
import { StatementSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DataFile } from "../../../../lib/local/journal/data-file.ts";
import type { DurableEngine } from "../../../../lib/local/journal/index.ts";
import { CONTEXT, copyOfData, newFolder, open, stateOf, TestClock } from "./support.ts";
import { setUp } from "./workload.ts";

let folder: ReturnType<typeof newFolder>;
let clock: TestClock;

beforeEach(() => {
  folder = newFolder();
  clock = new TestClock();
});

afterEach(() => folder.remove());

const WORK = "http://localhost/000000000000/work";
const LETTERS = "http://localhost/000000000000/letters";
const data = () => join(folder.path, "data");
const killed = () => copyOfData(data(), join(folder.path, "killed"));

function openWithQueue() {
  const engine = open(data(), clock);
  engine.sqs.call(CONTEXT, "CreateQueue", { QueueName: "work" });
  return engine;
}

test("what a move task brought about while somebody only looked comes back with the same ids", () => {
  const engine = open(data(), clock);
  setUp(engine);
  for (const MessageBody of ["one", "two", "three"]) {
    engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody });
  }
  // With the test event of S3 there are four. At the third receive the redrive policy moves them to the dead-letter queue.
  for (let receive = 0; receive < 3; receive++) {
    engine.sqs.call(CONTEXT, "ReceiveMessage", { QueueUrl: WORK, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    clock.now += 1;
  }
  engine.sqs.call(CONTEXT, "StartMessageMoveTask", {
    SourceArn: "arn:aws:sqs:eu-central-1:000000000000:letters",
    MaxNumberOfMessagesPerSecond: 1,
  });
  clock.now += 1_500;
  const { Attributes } = engine.sqs.call(CONTEXT, "GetQueueAttributes", { QueueUrl: WORK, AttributeNames: ["All"] });
  expect(Attributes?.ApproximateNumberOfMessages).toBe("2");
  clock.now += 10_000;
  engine.sqs.nextChangeAt("arn:aws:sqs:eu-central-1:000000000000:work");
  const restored = open(killed(), clock);
  expect(stateOf(restored)).toEqual(stateOf(engine));
  expect(stateOf(restored).sqs.queues.find(({ address }) => address.name === "work")?.messages).toHaveLength(4);
  restored.close();
  engine.close();
});

test("clocks that were set back do not make time run backwards", () => {
  const engine = openWithQueue();
  const before = clock.now;
  clock.now += 60_000;
  engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody: "x" });
  const late = clock.now;
  clock.now = before;
  const restored = open(killed(), clock);
  expect(restored.environment.now()).toBe(late);
  restored.close();
  engine.close();
});

test("a folder belongs to one engine at a time", () => {
  const engine = openWithQueue();
  expect(() => open(data(), clock)).toThrow(expect.objectContaining({ code: "DataInUse" }));
  engine.close();
  open(data(), clock).close();
});

test("a call that cannot be stored returns no result, and neither does any after it", () => {
  const engine = openWithQueue();
  engine.s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  const write = vi.spyOn(StatementSync.prototype, "run").mockImplementationOnce(() => {
    throw new Error("database or disk is full");
  });
  const put = () => engine.s3.call(CONTEXT, "PutObject", { Bucket: "bucket", Key: "k", Body: new Uint8Array(50_000) });
  expect(put).toThrow(
    expect.objectContaining({ code: "DataNotWritten", message: expect.stringContaining("database or disk is full") }),
  );
  write.mockRestore();
  expect(() => engine.sqs.call(CONTEXT, "ListQueues", {})).toThrow(expect.objectContaining({ code: "DataNotWritten" }));
  engine.close();
  // The caller was not told that the object is there.
  const restored = open(data(), clock);
  expect(restored.s3.call(CONTEXT, "ListObjectsV2", { Bucket: "bucket" }).KeyCount).toBe(0);
  restored.close();
});

test("a call that fails by a fault of the engine leaves nothing behind, here and after a restart", () => {
  const engine = openWithQueue();
  const send = (MessageBody: string) => engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody });
  send("before");
  const { sqs } = engine.engine;
  const call = sqs.call.bind(sqs);
  vi.spyOn(sqs, "call").mockImplementationOnce((...parameters) => {
    call(...parameters);
    throw new TypeError("a fault of the engine");
  });
  expect(() => send("half done")).toThrow("a fault of the engine");
  send("after");
  const bodies = ({ sqs }: Pick<DurableEngine, "sqs">) =>
    sqs.call(CONTEXT, "ReceiveMessage", { QueueUrl: WORK, MaxNumberOfMessages: 10 }).Messages?.map(({ Body }) => Body);
  const restored = open(killed(), clock);
  expect(bodies(restored)).toEqual(["before", "after"]);
  expect(bodies(engine)).toEqual(["before", "after"]);
  for (const each of [restored, engine]) {
    each.close();
  }
});

test("what a refused call has changed before comes back", () => {
  const engine = openWithQueue();
  engine.s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  const policy = {
    Statement: [
      { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
    ],
  };
  engine.sqs.call(CONTEXT, "SetQueueAttributes", { QueueUrl: WORK, Attributes: { Policy: JSON.stringify(policy) } });
  const destination = (name: string) => ({
    QueueArn: `arn:aws:sqs:eu-central-1:000000000000:${name}`,
    Events: [name === "work" ? ("s3:ObjectCreated:*" as const) : ("s3:ObjectRemoved:*" as const)],
  });
  // The test event reaches the first queue before the second refuses it.
  expect(() =>
    engine.s3.call(CONTEXT, "PutBucketNotificationConfiguration", {
      Bucket: "bucket",
      NotificationConfiguration: { QueueConfigurations: [destination("work"), destination("missing")] },
    }),
  ).toThrow("Unable to validate");
  const restored = open(killed(), clock);
  expect(stateOf(restored)).toEqual(stateOf(engine));
  expect(stateOf(restored).sqs.queues[0]?.messages).toHaveLength(1);
  restored.close();
  engine.close();
});

test("refused calls that changed nothing take no room", () => {
  const engine = openWithQueue();
  const before = engine.journalBytes;
  for (const QueueUrl of ["missing", "__proto__", "toString"]) {
    expect(() => engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl, MessageBody: "x" })).toThrow();
  }
  expect(engine.journalBytes).toBe(before);
  engine.close();
});

test("a full disk is named, and ends every further call", () => {
  const warnings: string[] = [];
  const engine = open(data(), clock, { maximumBytes: 40_960, onWarning: (message) => warnings.push(message) });
  engine.sqs.call(CONTEXT, "CreateQueue", { QueueName: "work" });
  const send = () => engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody: "x".repeat(10_000) });
  send();
  expect(engine.failure).toBeUndefined();
  expect(() => {
    for (let count = 0; count < 10; count++) {
      send();
    }
  }).toThrow(/cannot write to the data folder .*: the disk is full \(free disk space or choose another folder/);
  expect(engine.failure?.code).toBe("DataNotWritten");
  expect(warnings).toEqual([engine.failure?.message]);
  expect(() => engine.sqs.call(CONTEXT, "ListQueues", {})).toThrow("the disk is full");
  engine.close();
});

test("a call that succeeded and fails in the replay is an error and not a loss", () => {
  const engine = openWithQueue();
  engine.close();
  const file = new DataFile(data());
  const input = { QueueUrl: "http://localhost/000000000000/unknown", MessageBody: "x" };
  const circumstances = { at: clock.now, seed: "0".repeat(32), endpoint: "http://localhost" };
  file.append({
    kind: "call",
    ...circumstances,
    service: "sqs",
    context: CONTEXT,
    operation: "SendMessage",
    input,
    failed: false,
  });
  file.close();
  expect(() => open(data(), clock)).toThrow(/sqs SendMessage succeeded and now fails: .*start the version/);
});

test("a snapshot replaces the journal, objects included", () => {
  const engine = openWithQueue();
  engine.s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  const Body = new Uint8Array(300_000).fill(7);
  engine.s3.call(CONTEXT, "PutObject", { Bucket: "bucket", Key: "k", Body });
  engine.compact();
  expect(engine.journalBytes).toBe(0);
  const restored = open(killed(), clock);
  expect(restored.s3.call(CONTEXT, "GetObject", { Bucket: "bucket", Key: "k" }).Body).toEqual(Body);
  for (const each of [restored, engine]) {
    each.close();
  }
});

test("reads write nothing", () => {
  const engine = openWithQueue();
  const before = engine.journalBytes;
  engine.sqs.call(CONTEXT, "GetQueueAttributes", { QueueUrl: WORK, AttributeNames: ["All"] });
  engine.sqs.call(CONTEXT, "ListQueues", {});
  engine.sns.call(CONTEXT, "ListTopics", {});
  engine.s3.call(CONTEXT, "ListBuckets", {});
  expect(engine.journalBytes).toBe(before);
  expect(() => engine.sqs.call(CONTEXT, "GetQueueUrl", { QueueName: "letters" })).toThrow();
  expect(engine.journalBytes).toBe(before);
  engine.close();
});

test("links in notifications keep the address that the server had when they were made", () => {
  let port = 4001;
  const engine = open(data(), clock, { endpoint: () => `http://127.0.0.1:${port}` });
  setUp(engine);
  const TopicArn = "arn:aws:sns:eu-central-1:000000000000:news";
  engine.sns.call(CONTEXT, "Publish", { TopicArn, Message: "first" });
  const copy = killed();
  port = 4002;
  const restored = open(copy, clock, { endpoint: () => `http://127.0.0.1:${port}` });
  restored.sns.call(CONTEXT, "Publish", { TopicArn, Message: "second" });
  const again = open(copyOfData(copy, join(folder.path, "again")), clock, { endpoint: () => "http://127.0.0.1:4003" });
  const { Messages = [] } = again.sqs.call(CONTEXT, "ReceiveMessage", { QueueUrl: WORK, MaxNumberOfMessages: 10 });
  const ports = Messages.map(({ Body = "" }) => /127\.0\.0\.1:(\d+)/.exec(Body)?.[1]).filter(
    (each) => each !== undefined,
  );
  expect(ports).toEqual(["4001", "4002"]);
  expect(again.sqs.call(CONTEXT, "GetQueueUrl", { QueueName: "letters" }).QueueUrl).toBe(
    LETTERS.replace("localhost", "127.0.0.1:4003"),
  );
  for (const each of [again, restored, engine]) {
    each.close();
  }
});
