import { expect, test } from "vitest";
import { SQS_OPERATIONS, type SqsOperation } from "../../../../../lib/local/engine/sqs/index.ts";
import { awsError, Bench, CONTEXT, text } from "./harness.ts";

test("a queue is created with the defaults of AWS and reported with its counts and times", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  expect(url).toBe("http://localhost/123456789012/orders");
  expect(bench.attributes(url)).toEqual({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesDelayed: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    CreatedTimestamp: String(bench.now / 1_000),
    LastModifiedTimestamp: String(bench.now / 1_000),
    QueueArn: "arn:aws:sqs:eu-central-1:123456789012:orders",
    DelaySeconds: "0",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    ReceiveMessageWaitTimeSeconds: "0",
    SqsManagedSseEnabled: "true",
    VisibilityTimeout: "30",
  });
});

test("a FIFO queue reports its own attributes too", () => {
  const bench = new Bench();
  const url = bench.create("orders.fifo", { FifoQueue: "true" });
  expect(bench.attributes(url)).toMatchObject({
    FifoQueue: "true",
    ContentBasedDeduplication: "false",
    DeduplicationScope: "queue",
    FifoThroughputLimit: "perQueue",
  });
});

test("creating the same queue again succeeds with equal or fewer attributes and fails with different ones", () => {
  const bench = new Bench();
  const url = bench.create("orders", { DelaySeconds: "1", ReceiveMessageWaitTimeSeconds: "1" });
  expect(bench.create("orders")).toBe(url);
  expect(bench.create("orders", { DelaySeconds: "1" })).toBe(url);
  const error = awsError(() => bench.create("orders", { DelaySeconds: "2" }));
  expect(error).toMatchObject({
    code: "QueueNameExists",
    queryCode: "QueueAlreadyExists",
    statusCode: 400,
    message: "A queue already exists with the same name and a different value for attribute DelaySeconds",
  });
  bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { DelaySeconds: "2" } });
  expect(bench.create("orders", { DelaySeconds: "2" })).toBe(url);
});

test.each(["", "a b", "a.b", "x".repeat(81), "orders.fifo", "ö"])(
  "the name %j is refused for a standard queue",
  (name) => {
    expect(["InvalidParameterValue", "MissingParameter"]).toContain(awsError(() => new Bench().create(name)).queryCode);
  },
);

test("a FIFO queue's name ends in .fifo and has at most 80 characters with it", () => {
  const bench = new Bench();
  expect(awsError(() => bench.create("orders", { FifoQueue: "true" })).queryCode).toBe("InvalidParameterValue");
  expect(awsError(() => bench.create(`${"x".repeat(76)}.fifo`, { FifoQueue: "true" })).queryCode).toBe(
    "InvalidParameterValue",
  );
  expect(bench.create(`${"x".repeat(75)}.fifo`, { FifoQueue: "true" })).toContain(".fifo");
});

test.each([
  [{ FifoQueue: "false" }, "Unknown Attribute FifoQueue."],
  [{ ContentBasedDeduplication: "true" }, "Unknown Attribute ContentBasedDeduplication."],
  [{ DeduplicationScope: "queue" }, "You can specify the DeduplicationScope only when FifoQueue is set to true."],
  [{ FifoThroughputLimit: "perQueue" }, "You can specify the FifoThroughputLimit only when FifoQueue is set to true."],
  [{ QueueArn: "x" }, "Unknown Attribute QueueArn."],
])("a standard queue refuses the attributes %j", (attributes, message) => {
  expect(awsError(() => new Bench().create("orders", attributes))).toMatchObject({
    code: "InvalidAttributeName",
    message,
  });
});

test.each([
  ["DelaySeconds", "0", "900", "901"],
  ["MaximumMessageSize", "1024", "1048576", "1048577"],
  ["MaximumMessageSize", "1024", "1048576", "1023"],
  ["MessageRetentionPeriod", "60", "1209600", "59"],
  ["MessageRetentionPeriod", "60", "1209600", "1209601"],
  ["ReceiveMessageWaitTimeSeconds", "0", "20", "21"],
  ["VisibilityTimeout", "0", "43200", "43201"],
  ["VisibilityTimeout", "0", "43200", "-1"],
  ["VisibilityTimeout", "0", "43200", "ten"],
  ["KmsDataKeyReusePeriodSeconds", "60", "86400", "86401"],
  ["SqsManagedSseEnabled", "true", "false", "yes"],
] as const)("%s takes %s to %s but not %s", (name, least, most, wrong) => {
  const bench = new Bench();
  bench.create("least", { [name]: least });
  bench.create("most", { [name]: most });
  const error = awsError(() => bench.create("wrong", { [name]: wrong }));
  expect(error.code).toBe("InvalidAttributeValue");
  expect(error.message).toContain(`Invalid value for the parameter ${name}.`);
});

test("high throughput per group needs deduplication per group", () => {
  const bench = new Bench();
  expect(awsError(() => bench.fifo("a.fifo", { FifoThroughputLimit: "perMessageGroupId" })).code).toBe(
    "InvalidAttributeValue",
  );
  const url = bench.fifo("b.fifo", { FifoThroughputLimit: "perMessageGroupId", DeduplicationScope: "messageGroup" });
  const back = () => bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { DeduplicationScope: "queue" } });
  expect(awsError(back).code).toBe("InvalidAttributeValue");
});

test("the type of a queue cannot be changed", () => {
  const bench = new Bench();
  const standard = bench.create("a");
  const fifo = bench.fifo("a.fifo");
  const set = (url: string, value: string) => () =>
    bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { FifoQueue: value } });
  expect(awsError(set(standard, "true")).message).toBe("Unknown Attribute FifoQueue.");
  expect(awsError(set(fifo, "false"))).toMatchObject({
    code: "InvalidAttributeValue",
    message: "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
  });
});

test("a KMS key and SSE-SQS exclude each other", () => {
  const bench = new Bench();
  const both = { KmsMasterKeyId: "alias/mine", SqsManagedSseEnabled: "true" };
  expect(awsError(() => bench.create("both", both)).code).toBe("InvalidAttributeName");
  const url = bench.create("kms", { KmsMasterKeyId: "alias/mine" });
  expect(bench.attributes(url)).toMatchObject({
    KmsMasterKeyId: "alias/mine",
    KmsDataKeyReusePeriodSeconds: "300",
    SqsManagedSseEnabled: "false",
  });
  bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { SqsManagedSseEnabled: "true" } });
  expect(bench.attributes(url)).not.toHaveProperty("KmsMasterKeyId");
  expect(bench.attributes(url)).not.toHaveProperty("KmsDataKeyReusePeriodSeconds");
});

test("setting attributes changes them and the time of the last change; the empty text removes a policy", () => {
  const bench = new Bench();
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const url = bench.create("orders", { Policy: policy });
  bench.wait(10);
  bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { VisibilityTimeout: "060", Policy: "" } });
  const after = bench.attributes(url);
  expect(after.VisibilityTimeout).toBe("60");
  expect(after).not.toHaveProperty("Policy");
  expect(Number(after.LastModifiedTimestamp) - Number(after.CreatedTimestamp)).toBe(10);
  const wrong = () => bench.call("SetQueueAttributes", { QueueUrl: url, Attributes: { Policy: "{" } });
  expect(awsError(wrong).code).toBe("InvalidAttributeValue");
});

test("only the attributes asked for are returned, and unknown names are refused", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  const get = (...names: string[]) =>
    // The name is wrong on purpose in one case, so the input is built as plain data.
    bench.call("GetQueueAttributes", JSON.parse(JSON.stringify({ QueueUrl: url, AttributeNames: names })));
  expect(get("DelaySeconds", "Policy").Attributes).toEqual({ DelaySeconds: "0" });
  expect(get()).toEqual({});
  expect(awsError(() => get("Colour"))).toMatchObject({
    code: "InvalidAttributeName",
    message: "Unknown Attribute Colour.",
  });
});

test("the same name in two regions and two accounts is three queues", () => {
  const bench = new Bench();
  const elsewhere = { ...CONTEXT, region: "us-east-1" };
  const other = { ...CONTEXT, accountId: "999999999999" };
  bench.create("orders");
  const there = bench.create("orders", {}, elsewhere);
  const foreign = bench.create("orders", {}, other);
  bench.call("SendMessage", { QueueUrl: there, MessageBody: "there" }, elsewhere);
  expect(bench.bodies("http://any.host:99/123456789012/orders")).toEqual([]);
  expect(bench.call("ReceiveMessage", { QueueUrl: there }, elsewhere).Messages).toHaveLength(1);
  const found = bench.call("GetQueueUrl", { QueueName: "orders", QueueOwnerAWSAccountId: "999999999999" });
  expect(found.QueueUrl).toBe(foreign);
  expect(bench.engine.resolveQueueUrl(CONTEXT, foreign)).toBe("arn:aws:sqs:eu-central-1:999999999999:orders");
});

test("an unknown queue is told by code, query code and status", () => {
  const bench = new Bench();
  const missing = { code: "QueueDoesNotExist", queryCode: "AWS.SimpleQueueService.NonExistentQueue", statusCode: 400 };
  expect(awsError(() => bench.call("GetQueueUrl", { QueueName: "x" }))).toMatchObject(missing);
  expect(awsError(() => bench.send("http://localhost/123456789012/x", "hi"))).toMatchObject(missing);
  expect(awsError(() => bench.send("not a url", "hi"))).toMatchObject(missing);
  expect(awsError(() => bench.engine.inspect("arn:aws:sqs:eu-central-1:123456789012:x"))).toMatchObject(missing);
  expect(awsError(() => bench.call("PurgeQueue", { QueueUrl: undefined })).queryCode).toBe("MissingParameter");
});

test("queues are listed by prefix and in pages, those of the caller only", () => {
  const bench = new Bench({ endpoint: () => "http://127.0.0.1:4100" });
  const names = ["a-1", "a-2", "a-3", "b-1"];
  for (const name of names) {
    bench.create(name);
  }
  bench.create("a-4", {}, { ...CONTEXT, region: "us-east-1" });
  const first = bench.call("ListQueues", { QueueNamePrefix: "a-", MaxResults: 2 });
  expect(first.QueueUrls).toEqual(["http://127.0.0.1:4100/123456789012/a-1", "http://127.0.0.1:4100/123456789012/a-2"]);
  const second = bench.call("ListQueues", { QueueNamePrefix: "a-", MaxResults: 2, NextToken: text(first.NextToken) });
  expect(second).toEqual({ QueueUrls: ["http://127.0.0.1:4100/123456789012/a-3"] });
  expect(bench.call("ListQueues", {}).QueueUrls).toHaveLength(4);
  expect(bench.call("ListQueues", { QueueNamePrefix: "zzz" })).toEqual({});
  expect(awsError(() => bench.call("ListQueues", { MaxResults: 1_001 })).queryCode).toBe("InvalidParameterValue");
  expect(awsError(() => bench.call("ListQueues", { NextToken: "rubbish" })).queryCode).toBe("InvalidParameterValue");
});

test("a deleted queue is gone with its messages, and its handles do not fit a new queue of the same name", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  bench.send(url, "old");
  const { ReceiptHandle } = bench.receiveOne(url);
  bench.send(url, "older");
  bench.call("DeleteQueue", { QueueUrl: url });
  expect(awsError(() => bench.receive(url)).code).toBe("QueueDoesNotExist");
  bench.create("orders");
  expect(bench.bodies(url)).toEqual([]);
  expect(awsError(() => bench.delete(url, ReceiptHandle)).code).toBe("ReceiptHandleIsInvalid");
});

test("the pause after a deletion is enforced when asked for", () => {
  const bench = new Bench({ enforceDeletionPause: true });
  bench.call("DeleteQueue", { QueueUrl: bench.create("orders") });
  bench.wait(59);
  expect(awsError(() => bench.create("orders")).code).toBe("QueueDeletedRecently");
  bench.wait(1);
  expect(bench.create("orders")).toContain("orders");
});

test("a purge empties the queue, once in 60 seconds", () => {
  const bench = new Bench();
  const url = bench.create("orders");
  bench.send(url, "visible");
  bench.send(url, "in flight");
  bench.send(url, "delayed", { DelaySeconds: 5 });
  bench.receiveOne(url);
  bench.call("PurgeQueue", { QueueUrl: url });
  expect(bench.counts(url)).toEqual([0, 0, 0]);
  expect(awsError(() => bench.call("PurgeQueue", { QueueUrl: url }))).toMatchObject({
    code: "PurgeQueueInProgress",
    statusCode: 403,
    message: "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
  });
  bench.wait(60);
  expect(bench.bodies(url)).toEqual([]);
  bench.call("PurgeQueue", { QueueUrl: url });
});

test("tags are set with the queue, added, replaced and removed", () => {
  const bench = new Bench();
  const url = text(bench.call("CreateQueue", { QueueName: "orders", tags: { team: "a" } }).QueueUrl);
  bench.call("TagQueue", { QueueUrl: url, Tags: { team: "b", __proto__x: "1" } });
  expect(bench.call("ListQueueTags", { QueueUrl: url }).Tags).toEqual({ team: "b", __proto__x: "1" });
  bench.call("UntagQueue", { QueueUrl: url, TagKeys: ["team", "unknown"] });
  expect(bench.call("ListQueueTags", { QueueUrl: url }).Tags).toEqual({ __proto__x: "1" });
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`t${number}`, ""]));
  expect(awsError(() => bench.call("TagQueue", { QueueUrl: url, Tags: many })).queryCode).toBe("InvalidParameterValue");
});

test("operations that the engine does not have are refused by name", () => {
  expect(SQS_OPERATIONS).toHaveLength(23);
  const operation: SqsOperation = JSON.parse('"toString"');
  const error = awsError(() => new Bench().engine.call(CONTEXT, operation, { QueueUrl: "x" }));
  expect(error.code).toBe("UnsupportedOperation");
  expect(error.message).toContain("toString");
});
