import { expect, test } from "vitest";
import type { Handlers } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FIFO_ARN, type Orders } from "../support.ts";
import { DELETE, Queue, type Sent, VISIBILITY } from "./queue.ts";
import { advanceUntil, keepingLogger, start, stop } from "./start.ts";

/** A poller of a queue that delivers these receives while the handler of event "a" runs until it is told to end. */
function delivering(arn: string | undefined, ...receives: (readonly Sent[] | Promise<readonly Sent[]>)[]) {
  const clock = new FakeClock();
  const queue = new Queue();
  if (arn !== undefined) {
    queue.onAttributes = () => ({ Attributes: { QueueArn: arn } });
  }
  queue.onReceive = () => receives.shift();
  const started: string[] = [];
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const handlers: Handlers<Orders> = {
    Placed: (_data, { event }) => {
      started.push(event.id);
      return event.id === "a" ? promise : undefined;
    },
  };
  const { logger, lines } = keepingLogger();
  const poller = start(queue, handlers, { clock, logger });
  const handlesOf = (command: string) =>
    queue
      .entriesOf(command)
      .flat()
      .map(({ ReceiptHandle }) => ReceiptHandle);
  return { clock, queue, poller, started, end, lines, handlesOf };
}

test("a message that is received again while its handler runs is logged, and what comes with it is handled", async () => {
  const { clock, poller, started, end, lines, handlesOf } = delivering(
    undefined,
    [{ id: "a", handle: "r-1" }],
    [
      { id: "a", handle: "r-2" },
      { id: "b", handle: "r-b" },
    ],
  );
  await advanceUntil(clock, () => handlesOf(DELETE).length === 1);
  expect(started).toEqual(["a", "b"]);
  expect(lines).toContainEqual(["warn", "received again while its handler runs", { messageId: "m-a" }]);
  expect(lines.filter(([, message]) => message === "received again while its handler runs")).toHaveLength(1);
  end();
  await advanceUntil(clock, () => handlesOf(DELETE).length === 2);
  expect(handlesOf(DELETE)).toEqual(["r-b", "r-2"]);
  expect(handlesOf(VISIBILITY)).toEqual([]);
  await stop(poller, clock);
});

test("what follows such a message in its FIFO group is returned to the queue at once, and other groups are handled", async () => {
  const { clock, queue, poller, started, end, handlesOf } = delivering(
    FIFO_ARN,
    [{ id: "a", handle: "r-1", group: "one" }],
    [
      { id: "z", handle: "r-z", group: "one" },
      { id: "a", handle: "r-2", group: "one" },
      { id: "b", handle: "r-b", group: "one" },
      { id: "c", handle: "r-c", group: "two" },
      { id: "d", handle: "r-d", group: "one" },
    ],
  );
  await advanceUntil(clock, () => handlesOf(VISIBILITY).length === 2);
  expect(queue.entriesOf(VISIBILITY).flat()).toMatchObject([
    { ReceiptHandle: "r-b", VisibilityTimeout: 0 },
    { ReceiptHandle: "r-d", VisibilityTimeout: 0 },
  ]);
  end();
  await advanceUntil(clock, () => poller.health().inFlight === 0);
  expect(started.toSorted()).toEqual(["a", "c", "z"]);
  await stop(poller, clock);
});

test("what waits behind such a message in its FIFO group, and is received again too, stays in hand under its new handle", async () => {
  const { clock, poller, started, end, handlesOf } = delivering(
    FIFO_ARN,
    [
      { id: "a", handle: "r-a1", group: "one" },
      { id: "b", handle: "r-b1", group: "one" },
    ],
    [
      { id: "a", handle: "r-a2", group: "one" },
      { id: "b", handle: "r-b2", group: "one" },
    ],
  );
  await advanceUntil(clock, () => started.length === 1);
  await clock.advance(100);
  expect([poller.health().inFlight, handlesOf(VISIBILITY)]).toEqual([2, []]);
  end();
  await advanceUntil(clock, () => handlesOf(DELETE).length === 2);
  expect([started, handlesOf(DELETE)]).toEqual([
    ["a", "b"],
    ["r-a2", "r-b2"],
  ]);
  await stop(poller, clock);
});

test("such a message stays in hand under its new handle while the poller stops", async () => {
  const last = Promise.withResolvers<readonly Sent[]>();
  const { clock, queue, poller, end, handlesOf } = delivering(undefined, [{ id: "a", handle: "r-a1" }], last.promise);
  await advanceUntil(clock, () => queue.receives.length === 2);
  const stopped = poller.stop();
  last.resolve([{ id: "a", handle: "r-a2" }]);
  await clock.advance(100);
  expect([poller.health().inFlight, handlesOf(VISIBILITY)]).toEqual([1, []]);
  end();
  await clock.advance(2_000);
  await stopped;
  expect(handlesOf(DELETE)).toEqual(["r-a2"]);
});
