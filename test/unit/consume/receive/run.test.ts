import { describe, expect, test } from "vitest";
import { pollingSqsLoader } from "../../../../lib/aws/index.ts";
import { PollerRun } from "../../../../lib/consume/receive/index.ts";
import type { Invocation, SqsRecord } from "../../../../lib/consume/record/index.ts";
import type { Processor } from "../../../../lib/consume/schedule/index.ts";
import { resolveConsumeOptions } from "../../../../lib/consume/settings/index.ts";
import { Semaphore } from "../../../../lib/std/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { contract } from "../support.ts";
import { DELETE, QUEUE_URL, Queue, VISIBILITY } from "./queue.ts";
import { advanceUntil, keepingLogger } from "./start.ts";

/** A run whose messages are processed by `process`, which is given their ids. */
function running(queue: Queue, process: (ids: readonly string[]) => Promise<void>, stopTimeoutMs = 3_000) {
  const clock = new FakeClock();
  const { logger, lines } = keepingLogger();
  const invocations: Invocation[] = [];
  const processor: Processor = async (records: readonly SqsRecord[], invocation) => {
    invocations.push(invocation);
    await process(records.map(({ messageId }) => messageId));
    return [];
  };
  const run = new PollerRun({
    queueUrl: QUEUE_URL,
    maxInFlight: 20,
    waitTimeSeconds: 20,
    visibilityTimeoutSeconds: 60,
    maxProcessingMs: 40_000,
    stopTimeoutMs,
    fatalErrors: {},
    load: pollingSqsLoader({ client: queue.client, clock }),
    processor,
    slots: new Semaphore(10),
    settings: resolveConsumeOptions(contract, {
      consumer: "billing",
      clock,
      logger,
      deadLetterQueues: {},
      clients: { sqs: queue.client },
    }),
  });
  return { clock, run, ended: run.start(), lines, invocations };
}

describe("a run", () => {
  test("outlives a processor that throws: its messages are redelivered after their visibility timeout", async () => {
    const queue = new Queue(["a"], ["b"]);
    const processed: string[] = [];
    const { clock, run, ended, lines } = running(queue, async (ids) => {
      processed.push(...ids);
      if (ids.includes("m-a")) {
        throw new TypeError("broken");
      }
    });
    await advanceUntil(clock, () => processed.length === 2);
    expect(lines).toEqual([
      ["error", "processing failed", { error: expect.objectContaining({ name: "TypeError", message: "broken" }) }],
    ]);
    // The other one is still in hand, as nothing has settled it.
    expect(run.health()).toMatchObject({ state: "running", inFlight: 1 });
    expect(queue.entriesOf(DELETE)).toEqual([]);
    expect(queue.entriesOf(VISIBILITY)).toEqual([]);
    run.stop();
    await clock.advance(3_000);
    await ended;
  });

  test("ends at the end of the stop timeout although something hangs, and logs how many messages it leaves", async () => {
    const { clock, run, ended, lines } = running(new Queue(["a", "b"]), () => new Promise(() => {}));
    await advanceUntil(clock, () => run.health().inFlight === 2);
    run.stop();
    await clock.advance(2_999);
    expect(run.health().state).toBe("stopping");
    expect(lines).toEqual([]);
    await clock.advance(1);
    await ended;
    expect(run.health().state).toBe("stopped");
    expect(lines).toEqual([["error", "poller stopped with messages in flight", { queueUrl: QUEUE_URL, inFlight: 2 }]]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("processes nothing when all messages of a receive are in hand already", async () => {
    const queue = new Queue(["a"], ["a"], ["b"]);
    const processed: (readonly string[])[] = [];
    const { clock, run, ended } = running(queue, async (ids) => void processed.push(ids));
    await advanceUntil(clock, () => queue.receives.length === 4);
    expect(processed).toEqual([["m-a"], ["m-b"]]);
    run.stop();
    await clock.advance(3_000);
    await ended;
  });

  test("gives each receive an invocation with an id that no other run or receive has", async () => {
    const runs = [0.25, 0.75].map((chance) => {
      const made = running(new Queue(["a"], ["b"]), async () => {});
      made.clock.chance = chance;
      return made;
    });
    for (const { clock, run, ended, invocations } of runs) {
      await advanceUntil(clock, () => invocations.length === 2);
      run.stop();
      await clock.advance(3_000);
      await ended;
    }
    const invocations = runs.flatMap((each) => each.invocations);
    expect(new Set(invocations.map(({ id }) => id)).size).toBe(4);
    expect(invocations.map(({ functionName }) => functionName)).toEqual(new Array(4).fill("billing"));
  });
});
