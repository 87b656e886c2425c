import { describe, expect, test } from "vitest";
import { awsError, Bench } from "./harness.ts";

function standard(attributes = {}) {
  const bench = new Bench();
  return { bench, url: bench.create("orders", { VisibilityTimeout: "10", ...attributes }) };
}

function fifo() {
  const bench = new Bench();
  return { bench, url: bench.fifo("orders.fifo", { VisibilityTimeout: "10" }) };
}

describe("on a standard queue", () => {
  test("a message whose timeout is over can be hidden again, at the end of those that are visible", () => {
    const { bench, url } = standard();
    bench.send(url, "late");
    bench.send(url, "other");
    const { ReceiptHandle: handle } = bench.receiveOne(url);
    bench.wait(10);
    bench.visibility(url, handle, 5);
    expect(bench.counts(url)).toEqual([1, 1, 0]);
    expect(bench.bodies(url)).toEqual(["other"]);
    bench.wait(5);
    expect(bench.bodies(url)).toEqual(["late"]);
  });

  test("making a visible message visible changes nothing", () => {
    const { bench, url } = standard();
    bench.send(url, "first");
    const { ReceiptHandle: handle } = bench.receiveOne(url);
    bench.wait(10);
    bench.send(url, "second");
    bench.visibility(url, handle, 0);
    expect(bench.bodies(url)).toEqual(["first", "second"]);
  });

  test("an older handle changes the message that a newer receive holds", () => {
    const { bench, url } = standard();
    bench.send(url, "x");
    const { ReceiptHandle: older } = bench.receiveOne(url, { VisibilityTimeout: 0 });
    bench.receiveOne(url, { VisibilityTimeout: 300 });
    bench.visibility(url, older, 0);
    expect(bench.bodies(url)).toEqual(["x"]);
  });

  test("twelve hours count from the latest receive, for a message that is visible again too", () => {
    const { bench, url } = standard();
    bench.send(url, "x");
    const { ReceiptHandle: handle } = bench.receiveOne(url);
    bench.wait(100);
    expect(awsError(() => bench.visibility(url, handle, 43_101)).message).toContain("beyond the limit [43200 seconds]");
    bench.visibility(url, handle, 43_100);
    expect(bench.counts(url)).toEqual([0, 1, 0]);
  });

  test("a deleted message is refused", () => {
    const { bench, url } = standard();
    bench.send(url, "x");
    const { ReceiptHandle: handle } = bench.receiveOne(url);
    bench.delete(url, handle);
    const gone = awsError(() => bench.visibility(url, handle, 5));
    expect(gone.queryCode).toBe("InvalidParameterValue");
    expect(gone.message).toContain("Message does not exist or is not available for visibility timeout change.");
  });

  test("what was hidden again is the same after a restart, in order and count", () => {
    const { bench, url } = standard();
    for (const body of ["a", "b", "c"]) {
      bench.send(url, body);
    }
    const { ReceiptHandle: handle } = bench.receiveOne(url);
    bench.wait(10);
    bench.visibility(url, handle, 5);
    bench.wait(5);
    const snapshot = bench.engine.snapshot();
    const other = new Bench();
    other.now = bench.now;
    other.engine.restore(snapshot);
    expect(other.bodies(url)).toEqual(bench.bodies(url));
  });
});

describe("on a FIFO queue", () => {
  test("only the latest handle of a message in flight changes it", () => {
    const { bench, url } = fifo();
    bench.sendGroup(url, "g", "x");
    const { ReceiptHandle: older } = bench.receiveOne(url);
    bench.wait(10);
    expect(awsError(() => bench.visibility(url, older, 5))).toMatchObject({
      code: "MessageNotInflight",
      queryCode: "AWS.SimpleQueueService.MessageNotInflight",
    });
    const { ReceiptHandle: latest } = bench.receiveOne(url);
    expect(awsError(() => bench.visibility(url, older, 0)).message).toContain("The receipt handle has expired.");
    bench.visibility(url, latest, 0);
    expect(bench.bodies(url)).toEqual(["x"]);
  });

  test.each([
    [0, []],
    [1, ["a"]],
    [2, ["a", "b"]],
  ])("extending message %i of three hides it and the later ones", (extended, visible) => {
    const { bench, url } = fifo();
    bench.sendGroup(url, "g", "a", "b", "c");
    const handles = bench.receive(url).map((message) => message.ReceiptHandle);
    bench.visibility(url, handles[extended] ?? "", 60);
    bench.wait(10);
    expect(bench.bodies(url)).toEqual(visible);
  });

  test("shortening the first of two frees the first alone, behind the other groups", () => {
    const { bench, url } = fifo();
    bench.sendGroup(url, "g", "g1", "g2");
    bench.sendGroup(url, "h", "h1");
    const [first] = bench.receive(url, { MaxNumberOfMessages: 2 });
    bench.visibility(url, first?.ReceiptHandle ?? "", 0);
    expect(bench.bodies(url)).toEqual(["h1", "g1"]);
  });
});

describe("a purge", () => {
  test("ends deduplication: the same id is delivered again", () => {
    const { bench, url } = fifo();
    const ids = { MessageGroupId: "g", MessageDeduplicationId: "same" };
    bench.send(url, "before", ids);
    bench.call("PurgeQueue", { QueueUrl: url });
    bench.send(url, "after", ids);
    expect(bench.bodies(url)).toEqual(["after"]);
  });

  test("ends the receives that could be repeated", () => {
    const { bench, url } = fifo();
    bench.sendGroup(url, "g", "before");
    bench.receive(url, { ReceiveRequestAttemptId: "attempt" });
    bench.call("PurgeQueue", { QueueUrl: url });
    bench.sendGroup(url, "g", "after");
    expect(bench.receive(url, { ReceiveRequestAttemptId: "attempt" }).map(({ Body }) => Body)).toEqual(["after"]);
  });
});

test("groups are served in turn when receives leave nothing in flight", () => {
  const { bench, url } = fifo();
  for (const [group, body] of [
    ["1", "a"],
    ["2", "d"],
    ["2", "e"],
    ["3", "f"],
    ["1", "b"],
  ] as const) {
    bench.sendGroup(url, group, body);
  }
  const zero = { VisibilityTimeout: 0 };
  const take = (count: number) => bench.receive(url, { MaxNumberOfMessages: count, ...zero }).map(({ Body }) => Body);
  expect(take(3)).toEqual(["a", "b", "d"]);
  expect(take(10)).toEqual(["f", "a", "b", "d", "e"]);
});
