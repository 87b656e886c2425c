import { describe, expect, test } from "vitest";
import { pollingSqsLoader } from "../../../../lib/aws/index.ts";
import { QueueReader } from "../../../../lib/consume/receive/queue-reader.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { QUEUE_ARN } from "../support.ts";
import { QUEUE_URL, Queue } from "./queue.ts";

/** A reader, and a controller that tells it to stop. */
function reading(queue: Queue) {
  const clock = new FakeClock();
  const reader = new QueueReader({
    queueUrl: QUEUE_URL,
    waitTimeSeconds: 20,
    visibilityTimeoutSeconds: 60,
    load: pollingSqsLoader({ client: queue.client, clock }),
    clock,
  });
  return { clock, reader, stop: new AbortController() };
}

/** A receive that waits until it is aborted, and how it has ended so far. */
async function waiting(stoppedBefore = false) {
  const { clock, reader, stop } = reading(new Queue());
  if (stoppedBefore) {
    stop.abort();
  }
  const { ended } = endOf(reader.receive(10, stop.signal));
  await clock.advance(0);
  return { clock, stop, ended };
}

function endOf(receive: Promise<unknown>) {
  const ended: unknown[] = [];
  receive.then(
    (messages) => ended.push(messages),
    (error: Error) => ended.push(error.name),
  );
  return { ended };
}

describe("the queue's ARN", () => {
  test("is read once", async () => {
    const queue = new Queue();
    const { reader, stop } = reading(queue);
    expect(await reader.arn(stop.signal)).toBe(QUEUE_ARN);
    expect(await reader.arn(stop.signal)).toBe(QUEUE_ARN);
    expect(queue.inputs).toHaveLength(1);
  });

  test.each([{}, { Attributes: {} }])("is empty where the response is %j", async (response) => {
    const queue = new Queue();
    queue.onAttributes = () => response;
    const { reader, stop } = reading(queue);
    expect(await reader.arn(stop.signal)).toBe("");
  });
});

describe("a receive", () => {
  test("without messages has none", async () => {
    const queue = new Queue();
    // As SQS responds after an empty long poll.
    queue.client.middlewareStack.add(() => async () => ({ response: {}, output: {} as never }), {
      step: "initialize",
      priority: "high",
    });
    const { reader, stop } = reading(queue);
    expect(await reader.receive(10, stop.signal)).toEqual([]);
  });

  test("that has just begun has a second from its beginning when the poller stops", async () => {
    const { clock, stop, ended } = await waiting();
    await clock.advance(300);
    stop.abort();
    await clock.advance(699);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["AbortError"]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("that begins when the poller is stopping already has a second, too", async () => {
    const { clock, ended } = await waiting(true);
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["AbortError"]);
  });

  test("that has lasted for longer goes on until the poller stops, and ends at once then", async () => {
    const { clock, stop, ended } = await waiting();
    await clock.advance(15_000);
    expect(ended).toEqual([]);
    stop.abort();
    await clock.advance(0);
    expect(ended).toEqual(["AbortError"]);
  });

  test("counts as lost five seconds after its waiting time, and no try of it ends before", async () => {
    const queue = new Queue();
    queue.onReceive = () => new Promise(() => {});
    const timeouts: unknown[] = [];
    const send = queue.client.send;
    queue.client.send = ((command: never, options: { requestTimeout?: number }) => {
      timeouts.push(options.requestTimeout);
      return send(command, options as never);
    }) as never;
    const { clock, reader, stop } = reading(queue);
    const { ended } = endOf(reader.receive(10, stop.signal));
    await clock.advance(24_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["TimeoutError"]);
    expect(timeouts).toEqual([25_000]);
  });

  test("that has ended leaves no timer, also when the poller stops during it or afterwards", async () => {
    const queue = new Queue();
    const { clock, reader, stop } = reading(queue);
    const response = Promise.withResolvers<[]>();
    queue.onReceive = () => response.promise;
    const during = endOf(reader.receive(10, stop.signal));
    await clock.advance(0);
    stop.abort();
    response.resolve([]);
    await clock.advance(0);
    expect(during.ended).toEqual([[]]);
    expect(clock.pendingTimers).toBe(0);

    const next = new AbortController();
    expect(await reader.receive(10, next.signal)).toEqual([]);
    next.abort();
    expect(clock.pendingTimers).toBe(0);
  });
});
