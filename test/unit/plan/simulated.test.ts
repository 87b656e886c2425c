import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/index.ts";
import { planOf, type Workload } from "../../../lib/plan/index.ts";
import { simulate } from "../../../lib/testing/index.ts";

const work = defineContract("work", {
  Done: event({ schema: z.object({ n: z.number() }), group: ({ n }) => `group-${n}` }),
});

/** The simulator's mapping deletes what is done 1 to 40 ms after the invocation, and receives again 1 to 40 ms later. */
const OVERHEAD_MS = 41;

interface Measured {
  /** Handlers at work, averaged over the time in which events were published. */
  readonly busy: number;
  /** Events a second while there was enough to do: without the first and the last fifth of them. */
  readonly throughput: number;
  /** Milliseconds from the last publication to the end of the last handler. */
  readonly lagMs: number;
}

/** Runs a workload on the simulator, without faults, in virtual time. */
async function run(workload: Workload, events: number): Promise<Measured> {
  const { rate, handlerMs, batchSize, concurrency, maxConcurrency, fifo, groups } = workload;
  const spans: { start: number; end: number }[] = [];
  let published = { first: 0, last: 0 };
  const report = await simulate({
    faults: false,
    runs: 1,
    scenario: {
      contract: work,
      fifo,
      subscribers: [
        {
          name: "worker",
          batchSize,
          maxConcurrency,
          timeoutSeconds: 60,
          options: { guarantee: "at-least-once", concurrency },
          handlers: (world) => ({
            Done: async () => {
              const start = world.clock.now();
              await world.work(handlerMs);
              spans.push({ start, end: world.clock.now() });
            },
          }),
        },
      ],
      workload: async (world) => {
        const sent: Promise<void>[] = [];
        const first = world.now();
        for (let n = 0; n < events; n++) {
          sent.push(world.publish("Done", { n: n % groups }, { id: `event-${n}` }));
          await world.pause(1_000 / rate);
        }
        published = { first, last: world.now() };
        await Promise.all(sent);
      },
    },
  });
  expect(report.violations).toEqual([]);
  expect(spans).toHaveLength(events);
  const ends = spans.map((span) => span.end).sort((a, b) => a - b);
  const [early = 0, late = 0, end = 0] = [0.2, 0.8, 1].map((share) => ends[Math.ceil(events * share) - 1]);
  const { first, last } = published;
  const inside = spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.end, last) - Math.max(span.start, first)),
    0,
  );
  return { busy: inside / (last - first), throughput: (0.6 * events * 1_000) / (late - early), lagMs: end - last };
}

const base = { guarantee: "at-least-once", overheadMs: OVERHEAD_MS, storeMs: 0 } as const;

/** The events a second at which a limit of the workload's own binds. */
function capacity(given: Partial<Workload> & Pick<Workload, "rate">, name: string): number {
  const found = planOf({ ...base, ...given }).limits.find((limit) => limit.name.includes(name));
  if (found === undefined) {
    throw new Error(`no limit is called ${name}`);
  }
  return found.bindsAt;
}

/** Whether a measurement is what was predicted, within a share of it. */
function near(measured: number, predicted: number, share: number): void {
  expect(measured).toBeGreaterThan(predicted * (1 - share));
  expect(measured).toBeLessThan(predicted * (1 + share));
}

describe("on the simulator", { timeout: 30_000 }, () => {
  const given = { rate: 20, handlerMs: 400, batchSize: 1 } as const;

  it("as many handlers are at work as Little's law says, and what the plan allows keeps up", async () => {
    const { concurrency, workload } = planOf({ ...base, ...given });
    const measured = await run({ ...workload, maxConcurrency: concurrency.needed }, 250);
    near(measured.busy, (concurrency.busy * 400) / (400 + OVERHEAD_MS), 0.1);
    expect(measured.lagMs).toBeLessThan(2_000);
  });

  it("with fewer invocations events pile up, and pass at the rate at which the plan says that they bind", async () => {
    const few = { ...given, maxConcurrency: 5 };
    const measured = await run(planOf({ ...base, ...few }).workload, 200);
    const predicted = capacity(few, "maximum concurrency");
    expect(predicted).toBeLessThan(given.rate);
    near(measured.throughput, predicted, 0.1);
    expect(measured.lagMs).toBeGreaterThan(3_000);
  });

  it.each([
    { batchSize: 10, concurrency: 1, handlerMs: 50, maxConcurrency: 2 },
    { batchSize: 10, concurrency: 10, handlerMs: 300, maxConcurrency: 2 },
    { batchSize: 10, concurrency: 5, handlerMs: 200, maxConcurrency: 3 },
  ])("full batches pass at the rate that the plan says: %o", async (shape) => {
    const full = { ...shape, rate: 200 };
    const measured = await run(planOf({ ...base, ...full }).workload, 500);
    near(measured.throughput, capacity(full, "maximum concurrency"), 0.1);
  });

  it("one message group passes at the rate that the plan says, however many invocations there may be", async () => {
    const grouped = { rate: 200, fifo: true, groups: 1, handlerMs: 100, batchSize: 10, maxConcurrency: 50 };
    const measured = await run(planOf({ ...base, ...grouped }).workload, 150);
    near(measured.throughput, capacity(grouped, "message groups"), 0.1);
  });

  it("several message groups pass at least at the rate that the plan says: batches share them out better than by chance", async () => {
    const grouped = { rate: 200, fifo: true, groups: 4, handlerMs: 100, batchSize: 10, maxConcurrency: 50 };
    const measured = await run(planOf({ ...base, ...grouped }).workload, 300);
    expect(measured.throughput).toBeGreaterThan(capacity(grouped, "message groups"));
    // What handlers alone would allow: four at a time.
    expect(measured.throughput).toBeLessThan((4 * 1_000) / grouped.handlerMs + 4);
  });
});
