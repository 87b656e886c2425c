import { describe, expect, test } from "vitest";
import type { Handlers, Step } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MemoryStore, type Orders } from "../support.ts";
import { aborted, Queue, type Sent, VISIBILITY } from "./queue.ts";
import { advanceUntil, keepingLogger, start, stop } from "./start.ts";

describe("told to stop", () => {
  test("returns messages that arrive afterwards to the queue at once, neither claimed nor shown to observers", async () => {
    const clock = new FakeClock();
    const queue = new Queue();
    const response = Promise.withResolvers<readonly Sent[]>();
    queue.onReceive = () => response.promise;
    const store = new MemoryStore();
    const steps: string[] = [];
    const observers = [{ name: "test", onStep: ({ type }: Step) => void steps.push(type) }];
    const poller = start(queue, { Placed: () => {} }, { clock, store, observers });
    await advanceUntil(clock, () => queue.receives.length === 1);
    const stopped = poller.stop();
    response.resolve([
      { id: "a", handle: "r-a" },
      { id: "b", handle: "r-b" },
    ]);
    await clock.advance(2_000);
    await stopped;
    expect(queue.entriesOf(VISIBILITY).flat()).toMatchObject([
      { ReceiptHandle: "r-a", VisibilityTimeout: 0 },
      { ReceiptHandle: "r-b", VisibilityTimeout: 0 },
    ]);
    expect(store.calls).toEqual([]);
    expect(steps).toEqual([]);
  });

  test("receives no more when a place becomes vacant", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"], ["b"]);
    const running = Promise.withResolvers<void>();
    const handlers: Handlers<Orders> = { Placed: () => running.promise };
    const poller = start(queue, handlers, { clock, maxInFlight: 1 });
    await advanceUntil(clock, () => poller.health().inFlight === 1);
    const stopped = poller.stop();
    running.resolve();
    await clock.advance(2_000);
    await stopped;
    expect(queue.receives).toHaveLength(1);
  });

  test("logs no failed receive for the long poll that it ends", async () => {
    const clock = new FakeClock();
    const queue = new Queue();
    const { logger, lines } = keepingLogger();
    const poller = start(queue, { Placed: () => {} }, { clock, logger, fatalErrors: { AbortError: 0 } });
    await advanceUntil(clock, () => queue.receives.length === 1);
    await stop(poller, clock);
    expect(lines).toEqual([]);
    expect(poller.health()).toMatchObject({ state: "stopped", failedReceives: 0 });
  });

  test("does not wait for the queue's ARN", async () => {
    const clock = new FakeClock();
    const queue = new Queue();
    let asked = false;
    queue.onAttributes = (signal) => {
      asked = true;
      return aborted(signal);
    };
    const poller = start(queue, { Placed: () => {} }, { clock });
    await advanceUntil(clock, () => asked);
    const stopped = poller.stop();
    await clock.advance(0);
    expect(poller.health().state).toBe("stopped");
    await stopped;
  });

  test("again, stays as it is", async () => {
    const clock = new FakeClock();
    const poller = start(new Queue(), { Placed: () => {} }, { clock });
    await stop(poller, clock);
    await poller.stop();
    expect(poller.health().state).toBe("stopped");
    expect(clock.pendingTimers).toBe(0);
  });

  test("leaves no timer behind, which would keep the process from ending", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"]);
    const running = Promise.withResolvers<void>();
    const poller = start(queue, { Placed: () => running.promise }, { clock });
    await advanceUntil(clock, () => poller.health().inFlight === 1);
    const stopped = poller.stop();
    running.resolve();
    await advanceUntil(clock, () => poller.health().state === "stopped");
    await stopped;
    expect(clock.pendingTimers).toBe(0);
  });
});

test("a poller that may not receive any more gives up its handlers after the stop timeout, and ends", async () => {
  const clock = new FakeClock();
  const queue = new Queue();
  const receives = [[{ id: "a", handle: "r-a" }]];
  queue.onReceive = () => {
    const batch = receives.shift();
    if (batch === undefined) {
      throw Object.assign(new Error("no such address"), { name: "InvalidAddress" });
    }
    return batch;
  };
  const signals: AbortSignal[] = [];
  const hanging: Handlers<Orders> = {
    Placed: (_data, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  };
  const poller = start(queue, hanging, { clock, stopTimeoutMs: 3_000 });
  const ended = poller.done.catch((error: unknown) => error);
  await advanceUntil(clock, () => poller.health().state === "stopping");
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await clock.advance(3_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(poller.health().state).toBe("stopped");
  expect(await ended).toMatchObject({ code: "ConfigurationInvalid", field: "queueUrl" });
});
