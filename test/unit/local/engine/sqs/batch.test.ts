import { expect, test } from "vitest";
import { awsError, Bench } from "./harness.ts";

const entries = (count: number, body = "x") =>
  Array.from({ length: count }, (_, number) => ({ Id: `id-${number}`, MessageBody: body }));

function queue() {
  const bench = new Bench();
  return { bench, url: bench.create("orders") };
}

test("a batch is sent in order, each entry with its own result", () => {
  const { bench, url } = queue();
  const { Successful, Failed } = bench.call("SendMessageBatch", {
    QueueUrl: url,
    Entries: [
      { Id: "a", MessageBody: "1", MessageAttributes: { n: { DataType: "Number", StringValue: "1" } } },
      { Id: "b", MessageBody: "2", DelaySeconds: 5 },
      { Id: "c", MessageBody: "3" },
    ],
  });
  expect(Failed).toBeUndefined();
  expect(Successful?.map((entry) => entry.Id)).toEqual(["a", "b", "c"]);
  expect(Successful?.[0]?.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
  expect(bench.bodies(url)).toEqual(["1", "3"]);
});

test("a bad entry fails alone, with its code and fault", () => {
  const { bench, url } = queue();
  const { Successful, Failed } = bench.call("SendMessageBatch", {
    QueueUrl: url,
    Entries: [
      { Id: "good", MessageBody: "ok" },
      { Id: "control", MessageBody: "\u0001" },
      { Id: "empty", MessageBody: "" },
      { Id: "late", MessageBody: "x", DelaySeconds: 901 },
    ],
  });
  expect(Successful?.map((entry) => entry.Id)).toEqual(["good"]);
  expect(Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
    ["control", "InvalidMessageContents", true],
    ["empty", "MissingParameter", true],
    ["late", "InvalidParameterValue", true],
  ]);
});

test.each(["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"] as const)(
  "%s checks number, form and distinctness of its ids",
  (operation) => {
    const { bench, url } = queue();
    const call = (ids: string[]) =>
      awsError(() =>
        bench.call(operation, {
          QueueUrl: url,
          Entries: ids.map((Id) => ({ Id, MessageBody: "x", ReceiptHandle: "x", VisibilityTimeout: 1 })),
        }),
      ).code;
    expect(call([])).toBe("EmptyBatchRequest");
    expect(call(Array.from({ length: 11 }, (_, number) => String(number)))).toBe("TooManyEntriesInBatchRequest");
    expect(call(["a", "b", "a"])).toBe("BatchEntryIdsNotDistinct");
    expect(call([""])).toBe("InvalidBatchEntryId");
    expect(call(["a:b"])).toBe("InvalidBatchEntryId");
    expect(call(["x".repeat(81)])).toBe("InvalidBatchEntryId");
  },
);

test("a batch has at most 1 MiB in total, whatever the queue takes of one message", () => {
  const { bench, url } = queue();
  const tenth = Math.floor(1_048_576 / 10);
  expect(
    bench.call("SendMessageBatch", { QueueUrl: url, Entries: entries(10, "x".repeat(tenth)) }).Failed,
  ).toBeUndefined();
  const error = awsError(() =>
    bench.call("SendMessageBatch", { QueueUrl: url, Entries: entries(10, "x".repeat(tenth + 1)) }),
  );
  expect(error).toMatchObject({
    code: "BatchRequestTooLong",
    queryCode: "AWS.SimpleQueueService.BatchRequestTooLong",
    message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1048580 bytes.",
  });
  expect(bench.counts(url)[0]).toBe(10);
});

test("an entry over the queue's own maximum fails alone", () => {
  const { bench } = queue();
  const small = bench.create("small", { MaximumMessageSize: "1024" });
  const { Successful, Failed } = bench.call("SendMessageBatch", {
    QueueUrl: small,
    Entries: [
      { Id: "big", MessageBody: "x".repeat(1_025) },
      { Id: "fits", MessageBody: "x".repeat(1_024) },
    ],
  });
  expect(Successful?.map((entry) => entry.Id)).toEqual(["fits"]);
  expect(Failed?.map((entry) => [entry.Id, entry.Code])).toEqual([["big", "InvalidParameterValue"]]);
});

test("a FIFO batch without group or deduplication ids is refused as a whole", () => {
  const { bench } = queue();
  const url = bench.create("orders.fifo", { FifoQueue: "true" });
  const send = (
    Entries: { Id: string; MessageBody: string; MessageGroupId?: string; MessageDeduplicationId?: string }[],
  ) => awsError(() => bench.call("SendMessageBatch", { QueueUrl: url, Entries }));
  const good = { Id: "good", MessageBody: "x", MessageGroupId: "g", MessageDeduplicationId: "1" };
  expect(send([good, { Id: "b", MessageBody: "x", MessageDeduplicationId: "2" }])).toMatchObject({
    queryCode: "InvalidParameterValue",
    message: "The request must contain the parameter MessageGroupId.",
  });
  expect(send([good, { Id: "b", MessageBody: "x", MessageGroupId: "g" }]).message).toContain(
    "ContentBasedDeduplication",
  );
  expect(bench.counts(url)[0]).toBe(0);
});

test("deletions and visibility changes of a batch succeed and fail one by one", () => {
  const { bench, url } = queue();
  bench.call("SendMessageBatch", { QueueUrl: url, Entries: entries(3) });
  const [first, second, third] = bench.receive(url).map((message) => message.ReceiptHandle);
  const changed = bench.call("ChangeMessageVisibilityBatch", {
    QueueUrl: url,
    Entries: [
      { Id: "a", ReceiptHandle: first, VisibilityTimeout: 0 },
      { Id: "b", ReceiptHandle: second, VisibilityTimeout: 43_201 },
      { Id: "c", ReceiptHandle: "rubbish", VisibilityTimeout: 1 },
    ],
  });
  expect(changed.Successful).toEqual([{ Id: "a" }]);
  expect(changed.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
    ["b", "InvalidParameterValue"],
    ["c", "ReceiptHandleIsInvalid"],
  ]);
  const deleted = bench.call("DeleteMessageBatch", {
    QueueUrl: url,
    Entries: [
      { Id: "b", ReceiptHandle: second },
      { Id: "c", ReceiptHandle: third },
      { Id: "d", ReceiptHandle: "rubbish" },
    ],
  });
  expect(deleted.Successful).toEqual([{ Id: "b" }, { Id: "c" }]);
  expect(deleted.Failed).toMatchObject([{ Id: "d", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  expect(bench.counts(url)).toEqual([1, 0, 0]);
});
