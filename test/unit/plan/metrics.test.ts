import { describe, expect, it } from "vitest";
import { consume } from "../../../lib/index.ts";
import { CONSUMER_METRICS, PUBLISHER_METRICS } from "../../../lib/names/index.ts";
import { metrics } from "../../../lib/observe/metrics/index.ts";
import { LINE_BYTES, METRIC_COUNTS, planOf } from "../../../lib/plan/index.ts";
import { context, contract, envelope, MemoryStore, offline, record } from "../consume/support.ts";
import { dataPoints } from "../observe/emf.ts";
import { bench } from "../publish/support.ts";

/** The lines of an invocation whose handler fails for some events. */
async function linesOf(records: number, failing: number): Promise<string[]> {
  const lines: string[] = [];
  const observers = [metrics({ write: (line) => lines.push(line) })];
  const handlers = {
    Placed: ({ n }: { readonly n: number }) => {
      if (n < failing) {
        throw new Error("no");
      }
    },
  };
  // Times of three digits, as most have.
  const attributes = { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now() - 250) };
  const time = new Date(Date.now() - 300).toISOString();
  const all = Array.from({ length: records }, (_, n) => record(envelope(`${n}`, { n }, { time }), { attributes }));
  await consume(contract, handlers, offline({ observers, store: new MemoryStore() }))({ Records: all }, context());
  return lines;
}

const within = (share: number, value: number, expected: number) =>
  expect(Math.abs(value / expected - 1), `${value} bytes, estimated ${expected}`).toBeLessThan(share);

describe("the plan of metrics", () => {
  it("counts those that a consumer with retries writes", async () => {
    // `Duplicates` are there where something was redelivered.
    expect(
      new Set(dataPoints(await linesOf(5, 1)).map(({ metric, dimensions }) => JSON.stringify([metric, dimensions])))
        .size + 1,
    ).toBe(METRIC_COUNTS.consumer);
  });

  it("counts at most one per cause, and one per error that is told apart, besides one of each name", () => {
    expect(METRIC_COUNTS.consumerAtMost).toBe(Object.keys(CONSUMER_METRICS).length + 6 + 20 + 1);
    expect(METRIC_COUNTS.publishersAtMost).toBe(Object.keys(PUBLISHER_METRICS).length);
  });

  it.each([1, 10, 100])("estimates the line of %i records", async (records) => {
    const [line = ""] = await linesOf(records, 0);
    within(0.3, line.length, LINE_BYTES.invocation + records * LINE_BYTES.record);
  });

  it("estimates the line of a publisher", async () => {
    const lines: string[] = [];
    const { publish, clock } = bench(undefined, { observers: [metrics({ write: (line) => lines.push(line) })] });
    const one = publish("Placed", { id: "1" });
    await clock.settle();
    await one;
    await publish.flush();
    within(0.3, lines[0]?.length ?? 0, LINE_BYTES.publish + LINE_BYTES.event);
    expect(dataPoints(lines)).toHaveLength(METRIC_COUNTS.publishers);
  });

  it("prices metrics and lines, and nothing without them", () => {
    const costs = (given: object) =>
      planOf({ rate: 100, ...given }).cost.items.filter(({ price }) => /^(customMetrics|logIngestionGb)$/.test(price));
    expect(costs({})).toEqual([]);
    const [own, lines] = costs({ metrics: true, subscribers: 2 });
    expect(own).toMatchObject({ units: 22, usdPerMonth: 6.6 });
    expect(lines?.usdPerMonth).toBeGreaterThan(0);
  });

  it("warns of many", () => {
    const warnings = (subscribers: number) => planOf({ rate: 1, metrics: true, subscribers }).warnings.join();
    expect(warnings(10)).not.toContain("metrics()");
    expect(warnings(11)).toContain("metrics() makes 103 metrics, and up to 435");
  });
});
