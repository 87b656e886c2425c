import { describe, expect, test } from "vitest";
import type { ClaimRequest, Handlers, PollOptions } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MemoryStore, type Orders, QUEUE_ARN } from "../support.ts";
import { DELETE, QUEUE_URL, Queue, VISIBILITY } from "./queue.ts";
import { advanceUntil, start } from "./start.ts";

/** A store that responds to claims when it is told to. */
function slowClaims() {
  const store = new MemoryStore();
  const { promise, resolve: respond } = Promise.withResolvers<void>();
  const claim = store.claim.bind(store);
  store.claim = async (requests) => {
    await promise;
    return await claim(requests);
  };
  return { store, respond };
}

describe("a poller", () => {
  test("deletes what is done, 10 per call, and asks for what it needs", async () => {
    const clock = new FakeClock();
    const ids = Array.from({ length: 10 }, (_, n) => `e-${n}`);
    const queue = new Queue(ids);
    const attempts: number[] = [];
    const poller = start(queue, { Placed: (_data, { attempt }) => void attempts.push(attempt) }, { clock });
    await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
    expect(queue.entriesOf(DELETE)[0]?.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(ids.map((id) => `r-${id}`));
    expect(attempts).toEqual(new Array(10).fill(2));
    expect(queue.inputs.slice(0, 2)).toEqual([
      { command: "GetQueueAttributesCommand", input: { QueueUrl: QUEUE_URL, AttributeNames: ["QueueArn"] } },
      {
        command: "ReceiveMessageCommand",
        input: {
          QueueUrl: QUEUE_URL,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 20,
          VisibilityTimeout: 60,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        },
      },
    ]);
    const stopped = poller.stop();
    await advanceUntil(clock, () => queue.inputs.length > 0, 1_000);
    await clock.advance(2_000);
    await stopped;
  });

  test("leases claims for 5 s longer than its handlers may run", async () => {
    const clock = new FakeClock();
    const startedAt = clock.now();
    const requests: ClaimRequest[] = [];
    const store = new MemoryStore();
    store.claimResult = (request) => {
      requests.push(request);
      return undefined;
    };
    let deadline = Number.NaN;
    const handlers: Handlers<Orders> = {
      Placed: (_data, context) => {
        deadline = clock.now() + context.remainingMs();
      },
    };
    const queue = new Queue(["a"]);
    const poller = start(queue, handlers, { clock, store, maxProcessingMs: 40_000 });
    await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
    expect(requests.map(({ leaseUntil }) => leaseUntil)).toEqual([deadline + 5_000]);
    expect(deadline - startedAt).toBeLessThanOrEqual(40_100);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });

  test("hides what is in flight three times per visibility timeout, and nothing that is settled", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["slow", "fast"]);
    const slow = Promise.withResolvers<void>();
    const handlers: Handlers<Orders> = {
      Placed: (_data, { event }) => (event.id === "slow" ? slow.promise : undefined),
    };
    const poller = start(queue, handlers, { clock, visibilityTimeoutSeconds: 30 });
    await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
    await clock.advance(30_000);
    const renewed = queue
      .entriesOf(VISIBILITY)
      .map((entries) => entries.map((e) => [e.ReceiptHandle, e.VisibilityTimeout]));
    expect(renewed).toEqual([[["r-slow", 30]], [["r-slow", 30]], [["r-slow", 30]]]);
    slow.resolve();
    await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 2);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });

  test("sets when a failed message is redelivered, and deletes it no more", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"]);
    const failing: Handlers<Orders> = { Placed: (_data, context) => context.retry({ after: 7 }) };
    const poller = start(queue, failing, { clock });
    await advanceUntil(clock, () => queue.entriesOf(VISIBILITY).length === 1);
    expect(queue.entriesOf(VISIBILITY)[0]).toEqual([{ Id: "0", ReceiptHandle: "r-a", VisibilityTimeout: 7 }]);
    expect(queue.entriesOf(DELETE)).toEqual([]);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });

  test("deletes again what the queue refused for a transient reason, that entry only", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a", "b"]);
    queue.refusals.set("r-b", 2);
    const poller = start(queue, { Placed: () => {} }, { clock });
    await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 3);
    expect(queue.entriesOf(DELETE).map((entries) => entries.map((entry) => entry.ReceiptHandle))).toEqual([
      ["r-a", "r-b"],
      ["r-b"],
      ["r-b"],
    ]);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });

  test("told to stop, starts nothing more and makes visible at once what has not started", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a", "b", "c"]);
    const running = Promise.withResolvers<void>();
    const started: string[] = [];
    const handlers: Handlers<Orders> = {
      Placed: (_data, { event }) => {
        started.push(event.id);
        return running.promise;
      },
    };
    const poller = start(queue, handlers, { clock, concurrency: 1 });
    await advanceUntil(clock, () => started.length === 1);
    const stopped = poller.stop();
    await advanceUntil(clock, () => queue.entriesOf(VISIBILITY).length === 1);
    expect(queue.entriesOf(VISIBILITY)[0]?.map((e) => [e.ReceiptHandle, e.VisibilityTimeout])).toEqual([
      ["r-b", 0],
      ["r-c", 0],
    ]);
    running.resolve();
    await clock.advance(2_000);
    await stopped;
    expect(started).toEqual(["a"]);
    expect(
      queue
        .entriesOf(DELETE)
        .flat()
        .map(({ ReceiptHandle }) => ReceiptHandle),
    ).toEqual(["r-a"]);
  });

  test("told to stop, gives up handlers after the stop timeout, and keeps their claims until the lease ends", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"]);
    const store = new MemoryStore();
    let reason: unknown;
    const handlers: Handlers<Orders> = {
      Placed: (_data, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            reason = signal.reason;
          });
        }),
    };
    const poller = start(queue, handlers, { clock, store, stopTimeoutMs: 3_000, maxProcessingMs: 60_000 });
    await advanceUntil(clock, () => store.items.size === 1);
    const stopped = poller.stop();
    await clock.advance(2_900);
    expect(reason).toBeUndefined();
    await clock.advance(2_000);
    await stopped;
    expect(reason).toMatchObject({ code: "HandlerTimeout", remedy: expect.stringContaining("stopTimeoutMs") });
    expect(store.calls.map(({ step }) => step)).toEqual(["claim"]);
    const [change] = queue.entriesOf(VISIBILITY).flat();
    expect(change?.VisibilityTimeout).toBeGreaterThan(60);
  });

  test("told to stop during a claim, makes the message visible at once, also at its last receive", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"]);
    const { store, respond } = slowClaims();
    const started: string[] = [];
    const handlers: Handlers<Orders> = { Placed: (_data, { event }) => void started.push(event.id) };
    const deadLetterQueues = { [QUEUE_ARN]: { url: QUEUE_URL, maxReceiveCount: 2 } };
    const poller = start(queue, handlers, { clock, store, deadLetterQueues });
    await clock.advance(100);
    const stopped = poller.stop();
    respond();
    await clock.advance(2_000);
    await stopped;
    expect(started).toEqual([]);
    expect(queue.inputs.some(({ command }) => command === "SendMessageBatchCommand")).toBe(false);
    expect(queue.entriesOf(VISIBILITY).flat()).toEqual([{ Id: "0", ReceiptHandle: "r-a", VisibilityTimeout: 0 }]);
    expect(store.items.size).toBe(0);
  });

  test("reports how it does", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"]);
    const running = Promise.withResolvers<void>();
    const poller = start(queue, { Placed: () => running.promise }, { clock });
    expect(poller.health()).toMatchObject({ state: "running", lastReceive: undefined, inFlight: 0, failedReceives: 0 });
    await advanceUntil(clock, () => poller.health().inFlight === 1);
    expect(poller.health().lastReceive?.getTime()).toBeLessThanOrEqual(clock.now());
    const stopped = poller.stop();
    expect(poller.health().state).toBe("stopping");
    running.resolve();
    await clock.advance(2_000);
    await stopped;
    expect(poller.health()).toMatchObject({ state: "stopped", inFlight: 0, circuit: undefined });
  });
});

describe("a message in hand", () => {
  /** A queue whose heartbeats fail, and which hands the same message over again and again. */
  function forgetful(times: number, code: string) {
    const queue = new Queue();
    const received: number[] = [];
    queue.onReceive = () => {
      const n = received.push(received.length);
      return n > times ? undefined : [{ id: "a", handle: `r-${n}` }];
    };
    queue.onVisibility = (entries) => ({
      Failed: entries.map(({ Id }) => ({ Id, Code: code, Message: "no", SenderFault: code !== "InternalError" })),
    });
    return { queue, received };
  }

  test.each(["InternalError", "ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"])(
    "is never started beside itself, and its handler is told, when heartbeats fail with %s",
    async (code) => {
      const clock = new FakeClock();
      const { queue } = forgetful(4, code);
      const signals: AbortSignal[] = [];
      const ended = Promise.withResolvers<void>();
      const handlers: Handlers<Orders> = {
        Placed: (_data, { signal }) => {
          signals.push(signal);
          return ended.promise;
        },
      };
      const poller = start(queue, handlers, { clock, visibilityTimeoutSeconds: 30, maxProcessingMs: 600_000 });
      await advanceUntil(clock, () => signals.length === 1);
      expect(signals[0]?.aborted).toBe(false);
      await clock.advance(30_000);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      expect(signals[0]?.reason).toMatchObject({ code: "VisibilityLost" });
      await clock.advance(120_000);
      expect(signals).toHaveLength(1);
      expect(poller.health().inFlight).toBe(1);
      // It ends all the same, and is deleted by the handle of its latest receive.
      ended.resolve();
      await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
      expect(queue.entriesOf(DELETE)[0]).toEqual([{ Id: "0", ReceiptHandle: "r-4" }]);
      const stopped = poller.stop();
      await clock.advance(2_000);
      await stopped;
    },
  );

  test("is not started beside a handler that was given up and still runs", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a"], ["a"], ["a"]);
    let starts = 0;
    const ended = Promise.withResolvers<void>();
    const handlers: Handlers<Orders> = {
      Placed: () => {
        starts += 1;
        return ended.promise;
      },
    };
    const options = { clock, maxProcessingMs: 5_000, backoff: { baseSeconds: 0 }, concurrency: 1, maxInFlight: 1 };
    const poller = start(queue, handlers, options);
    await clock.advance(60_000);
    expect(queue.inputs.filter(({ command }) => command === "ReceiveMessageCommand").length).toBeGreaterThan(3);
    expect(starts).toBe(1);
    ended.resolve();
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });

  test("is not started when its visibility was lost while it waited for a slot", async () => {
    const clock = new FakeClock();
    const queue = new Queue(["a", "b"]);
    queue.onVisibility = (entries) => ({
      Failed: entries.map(({ Id }) => ({ Id, Code: "ReceiptHandleIsInvalid", Message: "no", SenderFault: true })),
    });
    const started: string[] = [];
    const first = Promise.withResolvers<void>();
    const handlers: Handlers<Orders> = {
      Placed: (_data, { event }) => {
        started.push(event.id);
        return first.promise;
      },
    };
    const poller = start(queue, handlers, { clock, concurrency: 1, visibilityTimeoutSeconds: 30 });
    await clock.advance(40_000);
    first.resolve();
    await advanceUntil(clock, () => poller.health().inFlight === 0);
    expect(started).toEqual(["a"]);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
  });
});

describe("a message that is visible by now, and may be another worker's", () => {
  /** A clock that goes on while the process, with its timers, stands still. */
  class SuspendingClock extends FakeClock {
    suspendedFor = 0;

    override now(): number {
      return super.now() + this.suspendedFor;
    }
  }

  test.each([0, 7])("is left alone after the process was suspended: retried after %i s", async (after) => {
    const clock = new SuspendingClock();
    const queue = new Queue(["a"]);
    const handlers: Handlers<Orders> = {
      Placed: (_data, context) => {
        clock.suspendedFor = 61_000;
        return context.retry({ after });
      },
    };
    const poller = start(queue, handlers, { clock, maxProcessingMs: 600_000 });
    await advanceUntil(clock, () => clock.suspendedFor > 0 && poller.health().inFlight === 0);
    const stopped = poller.stop();
    await clock.advance(2_000);
    await stopped;
    expect(queue.entriesOf(VISIBILITY)).toEqual([]);
  });

  test("is left alone when its visibility timeout ends between two attempts to change it", async () => {
    const clock = new SuspendingClock();
    const queue = new Queue(["a", "b"]);
    queue.onVisibility = (entries) => {
      clock.suspendedFor = 61_000;
      return { Failed: entries.map(({ Id }) => ({ Id, Code: "InternalError", Message: "no", SenderFault: false })) };
    };
    const failing: Handlers<Orders> = { Placed: (_data, context) => context.retry({ after: 7 }) };
    const poller = start(queue, failing, { clock, maxProcessingMs: 600_000 });
    await advanceUntil(clock, () => queue.entriesOf(VISIBILITY).length > 0);
    const stopped = poller.stop();
    await clock.advance(10_000);
    await stopped;
    expect(queue.entriesOf(VISIBILITY)).toHaveLength(1);
  });

  test("stays in hand when an earlier delivery asks for another redelivery", async () => {
    const clock = new FakeClock();
    const queue = new Queue();
    const handles = ["r-1", "r-2"];
    queue.onReceive = () => {
      const handle = handles.shift();
      return handle === undefined ? undefined : [{ id: "a", handle }];
    };
    const store = new MemoryStore();
    const { promise: released, reject: failRelease } = Promise.withResolvers<never>();
    store.release = () => released;
    const secondClaim = Promise.withResolvers<void>();
    const claim = store.claim.bind(store);
    store.claim = async (requests) => {
      if (store.calls.length > 0) {
        await secondClaim.promise;
      }
      return await claim(requests);
    };
    const failing: Handlers<Orders> = { Placed: (_data, context) => context.retry({ after: 1 }) };
    const options = { clock, store, guarantee: "exactly-once", maxProcessingMs: 600_000, maxInFlight: 1 } as const;
    const poller = start(queue, failing, options);
    await advanceUntil(clock, () => queue.entriesOf(VISIBILITY).length === 1 && handles.length === 0);
    await clock.advance(1_000);
    failRelease(new Error("no answer"));
    await clock.advance(5_000);
    expect(queue.entriesOf(VISIBILITY).flat()).toEqual([{ Id: "0", ReceiptHandle: "r-1", VisibilityTimeout: 1 }]);
    expect(poller.health().inFlight).toBe(1);
    secondClaim.resolve();
    const stopped = poller.stop();
    await clock.advance(60_000);
    await stopped;
  });
});

describe("errors of receives", () => {
  const named = (name: string) => Object.assign(new Error(name), { name });

  /** A poller whose receives fail with these errors, one after another; then they wait. */
  function failing(errors: readonly (string | undefined)[], options: Partial<PollOptions<Orders>> = {}) {
    const clock = new FakeClock();
    const queue = new Queue();
    let receives = 0;
    queue.onReceive = () => {
      const name = errors[receives];
      receives += 1;
      if (name !== undefined) {
        throw named(name);
      }
      return receives > errors.length ? undefined : [];
    };
    const poller = start(queue, { Placed: () => {} }, { clock, waitTimeSeconds: 0, ...options });
    const ended = poller.done.then(
      () => "stopped",
      (error: unknown) => error,
    );
    return { clock, poller, ended, receives: () => receives };
  }

  test.each(["AccessDenied", "AccessDeniedException", "KmsAccessDenied", "InvalidClientTokenId", "ExpiredToken"])(
    "%s between good receives is outlived",
    async (name) => {
      const { clock, poller, ended, receives } = failing([undefined, name, name, undefined, name, undefined]);
      await advanceUntil(clock, () => receives() > 6, 100);
      const stopped = poller.stop();
      await clock.advance(2_000);
      await stopped;
      expect(await ended).toBe("stopped");
    },
  );

  test.each([
    ["AccessDenied", 300_000],
    ["QueueDoesNotExist", 60_000],
  ])("%s after good receives, for longer than its time, stops the poller", async (name, ms) => {
    const { clock, ended } = failing([undefined, ...new Array<string>(1_000).fill(name)]);
    let end: unknown;
    void ended.then((error) => {
      end = error;
    });
    await clock.advance(ms - 1_000);
    expect(end).toBeUndefined();
    await clock.advance(60_000);
    expect(end).toMatchObject({ code: "ConfigurationInvalid", remedy: expect.stringContaining("fatalErrors") });
  });

  test.each(["InvalidAddress", "InvalidSecurity", "QueueDoesNotExist"])(
    "%s at first stops it at once",
    async (name) => {
      const { clock, ended } = failing([name]);
      await clock.advance(100);
      expect(await ended).toMatchObject({ code: "ConfigurationInvalid", message: expect.stringContaining(name) });
    },
  );

  test("the table is the user's to change", async () => {
    const never = failing(new Array<string>(50).fill("QueueDoesNotExist"), {
      fatalErrors: { QueueDoesNotExist: Number.POSITIVE_INFINITY },
    });
    await advanceUntil(never.clock, () => never.receives() > 20, 1_000);
    const stopped = never.poller.stop();
    await never.clock.advance(2_000);
    await stopped;
    const atOnce = failing(["Strange"], { fatalErrors: { Strange: 0 } });
    await atOnce.clock.advance(100);
    expect(await atOnce.ended).toMatchObject({ code: "ConfigurationInvalid" });
  });
});

test("many pollers in one process add one listener for each signal, and make Node warn of nothing", async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => void warnings.push(message);
  process.on("warning", onWarning);
  const before = process.listenerCount("SIGTERM");
  const clock = new FakeClock();
  const many = Array.from({ length: 12 }, () =>
    start(new Queue(), { Placed: () => {} }, { clock, handleSignals: true }),
  );
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  await clock.advance(100);
  process.emit("SIGTERM");
  await clock.advance(2_000);
  await Promise.all(many.map((poller) => poller.done));
  expect(process.listenerCount("SIGTERM")).toBe(before);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
