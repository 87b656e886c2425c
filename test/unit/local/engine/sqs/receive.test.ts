import { expect, test } from "vitest";
import { awsError, Bench, START } from "./harness.ts";

function queue(attributes = {}) {
  const bench = new Bench();
  return { bench, url: bench.create("orders", attributes) };
}

test("one message is received by default, ten at most, in the order in which they were sent", () => {
  const { bench, url } = queue();
  for (let number = 0; number < 12; number++) {
    bench.send(url, String(number));
  }
  expect(bench.call("ReceiveMessage", { QueueUrl: url }).Messages).toHaveLength(1);
  expect(bench.bodies(url)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  expect(bench.bodies(url)).toEqual(["11"]);
  expect(bench.call("ReceiveMessage", { QueueUrl: url })).toEqual({});
});

test.each([
  [
    "MaxNumberOfMessages",
    0,
    "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
  ],
  [
    "MaxNumberOfMessages",
    11,
    "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
  ],
  [
    "WaitTimeSeconds",
    -1,
    "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
  ],
  [
    "WaitTimeSeconds",
    21,
    "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
  ],
  [
    "VisibilityTimeout",
    43_201,
    "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
  ],
])("%s of %i is refused", (name, value, message) => {
  const { bench, url } = queue();
  expect(awsError(() => bench.receive(url, { [name]: value }))).toMatchObject({
    queryCode: "InvalidParameterValue",
    message,
  });
});

test("a received message is invisible for the queue's timeout or the one of the receive, and counts its receives", () => {
  const { bench, url } = queue({ VisibilityTimeout: "30" });
  bench.send(url, "x");
  const names = { MessageSystemAttributeNames: ["All" as const] };
  bench.wait(1);
  const first = bench.receiveOne(url, names);
  bench.wait(29.999);
  expect(bench.receive(url)).toEqual([]);
  bench.wait(0.001);
  const second = bench.receiveOne(url, { ...names, VisibilityTimeout: 5 });
  bench.wait(5);
  const third = bench.receiveOne(url, { ...names, VisibilityTimeout: 0 });
  const fourth = bench.receiveOne(url, names);
  expect([first, second, third, fourth].map((message) => message.Attributes?.ApproximateReceiveCount)).toEqual([
    "1",
    "2",
    "3",
    "4",
  ]);
  expect(new Set([first, second, third, fourth].map((message) => message.ReceiptHandle)).size).toBe(4);
  expect(fourth.Attributes).toMatchObject({
    ApproximateFirstReceiveTimestamp: String(START + 1_000),
    SentTimestamp: String(START),
    SenderId: "123456789012",
  });
  expect(fourth.Attributes).not.toHaveProperty("SequenceNumber");
});

test("system attributes are returned as asked for, by the new name or the old one", () => {
  const { bench, url } = queue({ VisibilityTimeout: "0" });
  bench.send(url, "x");
  const keys = (more: object) => Object.keys(bench.receiveOne(url, more).Attributes ?? {});
  expect(keys({})).toEqual([]);
  expect(keys({ AttributeNames: ["SentTimestamp"] })).toEqual(["SentTimestamp"]);
  expect(keys({ MessageSystemAttributeNames: ["SenderId"] })).toEqual(["SenderId"]);
  expect(keys({ AttributeNames: ["All"] })).toHaveLength(4);
  expect(keys({ AttributeNames: ["VisibilityTimeout"] })).toEqual([]);
  expect(awsError(() => keys({ AttributeNames: ["Nonsense"] })).code).toBe("InvalidAttributeName");
});

test("message attributes are returned by name, prefix or all; the digest is of what is returned", () => {
  const { bench, url } = queue({ VisibilityTimeout: "0" });
  const value = (StringValue: string) => ({ DataType: "String", StringValue });
  const MessageAttributes = { Hello: value("There"), General: value("Kenobi"), "Help.Me": value("Me") };
  bench.send(url, "msg", { MessageAttributes });
  const get = (...names: string[]) => {
    const message = bench.receiveOne(url, { MessageAttributeNames: names });
    return [Object.keys(message.MessageAttributes ?? {}).sort(), message.MD5OfMessageAttributes];
  };
  const all = [["General", "Hello", "Help.Me"], "4c360f3fdafd970e05fae2f149d997f5"];
  expect(get("All")).toEqual(all);
  expect(get(".*")).toEqual(all);
  expect(get("Hel.*")).toEqual([["Hello", "Help.Me"], "83fee93c1bcd8b9a5a923ffacdc636c7"]);
  expect(get("Hello", "General")).toEqual([["General", "Hello"], "fca026605781cb4126a1e9044df24232"]);
  expect(get("Foo", "Hello")).toEqual([["Hello"], "a311262e065454b75da111d535b8dacd"]);
  expect(get("Foo")).toEqual([[], undefined]);
  expect(get()).toEqual([[], undefined]);
});

test("a message is deleted by its latest handle, before and after its visibility timeout ends", () => {
  const { bench, url } = queue({ VisibilityTimeout: "10" });
  bench.send(url, "in time");
  bench.delete(url, bench.receiveOne(url).ReceiptHandle);
  bench.send(url, "late");
  const late = bench.receiveOne(url).ReceiptHandle;
  bench.wait(11);
  expect(bench.counts(url)).toEqual([1, 0, 0]);
  bench.delete(url, late);
  expect(bench.counts(url)).toEqual([0, 0, 0]);
  expect(bench.receive(url)).toEqual([]);
  // Once more: succeeds, as on AWS.
  bench.delete(url, late);
});

test("an older handle deletes nothing on a standard queue, without an error", () => {
  const { bench, url } = queue({ VisibilityTimeout: "10" });
  bench.send(url, "x");
  const stale = bench.receiveOne(url).ReceiptHandle;
  bench.wait(10);
  const latest = bench.receiveOne(url).ReceiptHandle;
  bench.delete(url, stale);
  expect(bench.counts(url)).toEqual([0, 1, 0]);
  bench.delete(url, latest);
  expect(bench.counts(url)).toEqual([0, 0, 0]);
});

test("rubbish and the handles of another queue are no receipt handles", () => {
  const { bench, url } = queue();
  const other = bench.create("other");
  bench.send(other, "x");
  const foreign = bench.receiveOne(other).ReceiptHandle;
  expect(awsError(() => bench.delete(url, "garbage"))).toMatchObject({
    code: "ReceiptHandleIsInvalid",
    statusCode: 404,
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
  });
  expect(awsError(() => bench.delete(url, foreign)).code).toBe("ReceiptHandleIsInvalid");
  expect(awsError(() => bench.visibility(url, foreign, 1)).code).toBe("ReceiptHandleIsInvalid");
  expect(awsError(() => bench.delete(url, "")).queryCode).toBe("MissingParameter");
  expect(bench.counts(other)).toEqual([0, 1, 0]);
});

test("visibility can be shortened, ended and prolonged up to twelve hours from the receive", () => {
  const { bench, url } = queue();
  bench.send(url, "x");
  const handle = bench.receiveOne(url).ReceiptHandle;
  bench.visibility(url, handle, 5);
  bench.wait(4);
  bench.visibility(url, handle, 100);
  bench.wait(96);
  expect(bench.receive(url)).toEqual([]);
  bench.visibility(url, handle, 43_100);
  const error = awsError(() => bench.visibility(url, handle, 43_101));
  expect(error.message).toBe(
    "Value 43101 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
  );
  bench.visibility(url, handle, 0);
  expect(bench.counts(url)).toEqual([1, 0, 0]);
  expect(bench.bodies(url)).toEqual(["x"]);
});

test("a standard queue at its limit of messages in flight answers OverLimit, and recovers", () => {
  const bench = new Bench({ maximumInFlight: 3 });
  const url = bench.create("orders");
  for (const body of ["1", "2", "3", "4"]) {
    bench.send(url, body);
  }
  const handles = bench.receive(url).map((message) => message.ReceiptHandle);
  expect(handles).toHaveLength(3);
  expect(awsError(() => bench.receive(url))).toMatchObject({ code: "OverLimit", statusCode: 403 });
  bench.delete(url, handles[0] ?? "");
  expect(bench.bodies(url)).toEqual(["4"]);
});

test("shuffled queues lose and repeat nothing, and do shuffle", () => {
  const bench = new Bench({ shuffleStandardQueues: true });
  const url = bench.create("orders");
  const sent = Array.from({ length: 50 }, (_, number) => String(number));
  for (const body of sent) {
    bench.send(url, body);
  }
  const received = Array.from({ length: 5 }, () => bench.bodies(url)).flat();
  expect(received).not.toEqual(sent);
  expect(received.toSorted((left, right) => Number(left) - Number(right))).toEqual(sent);
});
