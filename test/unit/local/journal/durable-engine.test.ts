import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
const journal = () => join(data(), "journal-0.log");

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

test("the lock of a process that is gone is taken over, that of a living one is not", () => {
  openWithQueue().close();
  // No process has this number: it is above the largest that any system gives.
  writeFileSync(join(data(), "lock"), "999999999\n");
  open(data(), clock).close();
  writeFileSync(join(data(), "lock"), `${process.ppid}\n`);
  expect(() => open(data(), clock)).toThrow(/in use by process \d+ .*remove/);
});

test("damage in the middle of the journal is an error and not a loss", () => {
  const engine = openWithQueue();
  engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody: "x" });
  const path = join(killed(), "journal-0.log");
  const bytes = readFileSync(path);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  expect(() => open(join(folder.path, "killed"), clock)).toThrow(expect.objectContaining({ code: "DataInvalid" }));
  engine.close();
});

test("a record that was not finished is cut off, and the journal goes on after what is whole", () => {
  const engine = openWithQueue();
  const copy = killed();
  appendFileSync(join(copy, "journal-0.log"), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 91]));
  const restored = open(copy, clock);
  restored.sqs.call(CONTEXT, "SendMessage", { QueueUrl: WORK, MessageBody: "after" });
  const again = open(copyOfData(copy, join(folder.path, "again")), clock);
  expect(again.sqs.call(CONTEXT, "ReceiveMessage", { QueueUrl: WORK }).Messages?.[0]?.Body).toBe("after");
  for (const each of [again, restored, engine]) each.close();
});

test("files of another version are refused with the remedy", () => {
  openWithQueue().close();
  const [name = ""] = readdirSync(data()).filter((each) => each.startsWith("snapshot-"));
  writeFileSync(join(data(), name), JSON.stringify({ format: 0 }));
  expect(() => open(data(), clock)).toThrow(/not a snapshot of format 1 .*remove the data folder/);
});

test("what cannot be written is not answered, and neither is anything after it", () => {
  const engine = openWithQueue();
  engine.s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  rmSync(join(data(), "bytes"), { recursive: true });
  const put = () => engine.s3.call(CONTEXT, "PutObject", { Bucket: "bucket", Key: "k", Body: new Uint8Array(50_000) });
  expect(put).toThrow(expect.objectContaining({ code: "DataNotWritten" }));
  expect(() => engine.sqs.call(CONTEXT, "ListQueues", {})).toThrow(expect.objectContaining({ code: "DataNotWritten" }));
  engine.close();
  // The object is not there: nobody was told that it was.
  const restored = open(data(), clock);
  expect(restored.s3.call(CONTEXT, "ListObjectsV2", { Bucket: "bucket" }).KeyCount).toBe(0);
  restored.close();
});

test("the bytes of large objects are in files of their own, once each, and go with their last object", () => {
  const engine = open(data(), clock);
  engine.s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  const Body = new Uint8Array(300_000).fill(7);
  for (const Key of ["a", "b"]) engine.s3.call(CONTEXT, "PutObject", { Bucket: "bucket", Key, Body });
  expect(readdirSync(join(data(), "bytes"))).toHaveLength(1);
  expect(statSync(journal()).size).toBeLessThan(2_000);
  engine.s3.call(CONTEXT, "DeleteObject", { Bucket: "bucket", Key: "a" });
  engine.compact();
  const restored = open(killed(), clock);
  expect(restored.s3.call(CONTEXT, "GetObject", { Bucket: "bucket", Key: "b" }).Body).toEqual(Body);
  engine.s3.call(CONTEXT, "DeleteObject", { Bucket: "bucket", Key: "b" });
  engine.compact();
  expect(readdirSync(join(data(), "bytes"))).toHaveLength(0);
  for (const each of [restored, engine]) each.close();
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
  for (const each of [again, restored, engine]) each.close();
});
