import { readFileSync } from "node:fs";
import { Duration } from "aws-cdk-lib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestRedelivery } from "../../../infra/constructs/index.ts";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { KEPT_DAYS, MONTH_SECONDS, PRICES, PRICES_OF, planOf, QUOTAS, type Workload } from "../../../lib/plan/index.ts";

const workloads: fc.Arbitrary<Partial<Workload> & Pick<Workload, "rate">> = fc.record({
  rate: fc.double({ min: 0.01, max: 50_000, noNaN: true }),
  size: fc.integer({ min: 100, max: 2_000_000 }),
  subscribers: fc.integer({ min: 1, max: 50 }),
  matching: fc.double({ min: 0.01, max: 1, noNaN: true }),
  fifo: fc.boolean(),
  groups: fc.integer({ min: 1, max: 5_000 }),
  handlerMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
  batchSize: fc.integer({ min: 1, max: 10 }),
  concurrency: fc.integer({ min: 1, max: 100 }),
  guarantee: fc.constantFrom("at-least-once", "at-most-once", "exactly-once", "commit", "claim-with-commit"),
});

describe("traffic", () => {
  it("is what can be counted by hand", () => {
    const { traffic } = planOf({
      rate: 100,
      size: 1_000,
      subscribers: 3,
      batchSize: 10,
      publishBatch: 10,
      handlerMs: 1_000,
    });
    expect(traffic).toMatchObject({ publish: 10, deliveries: 300, receive: 30, remove: 30, invocations: 30 });
    // Claims and completions of ten records are a call each.
    expect(traffic).toMatchObject({ tableCalls: 60, tableWrites: 600, s3Puts: 0, s3Gets: 0 });
  });

  it("bills every 64 KiB", () => {
    const { traffic } = planOf({ rate: 10, size: 100_000, batchSize: 1 });
    expect(traffic.publishBilled).toBe(20);
    // Two for the delivery, two for the receive, one for the delete, and hardly an empty poll.
    expect(traffic.sqsBilled - traffic.emptyReceive).toBeCloseTo(50);
  });

  it("of offloaded events is pointers, one PUT an event and one GET a delivery", () => {
    const { traffic, offloaded } = planOf({ rate: 10, size: 400_000, subscribers: 2, matching: 0.5 });
    expect(offloaded).toBe(true);
    expect(traffic).toMatchObject({ s3Puts: 10, s3Gets: 10, publishBilled: 10 });
  });

  it.each([
    ["at-least-once", 0],
    ["at-most-once", 30],
    ["exactly-once", 20],
    ["commit", 30],
    ["claim-with-commit", 20],
  ] as const)("of %s is %i write units for ten events", (guarantee, units) => {
    expect(planOf({ rate: 10, guarantee }).traffic.tableWrites).toBe(units);
  });
});

describe("concurrency", () => {
  it("is arrivals a second times seconds of an invocation", () => {
    const { concurrency } = planOf({
      rate: 100,
      handlerMs: 500,
      batchSize: 1,
      guarantee: "at-least-once",
      overheadMs: 0,
    });
    expect(concurrency).toMatchObject({ batch: 1, busy: 50, needed: 72, invocations: 100 });
    expect(concurrency.rampMinutes).toBeCloseTo((72 - 5) / 300);
    expect(concurrency.pollers).toBe(8);
  });

  it("fills batches before it needs more than five invocations", () => {
    const small = planOf({ rate: 10, handlerMs: 50 }).concurrency;
    expect(small.batch).toBe(1);
    const more = planOf({ rate: 400, handlerMs: 50 }).concurrency;
    expect(more.batch).toBeGreaterThan(1);
    expect(more.batch).toBeLessThan(10);
    expect(more.busy).toBeCloseTo(5, 1);
    const much = planOf({ rate: 4_000, handlerMs: 50 }).concurrency;
    expect(much).toMatchObject({ batch: 10 });
    expect(much.busy).toBeGreaterThan(5);
  });

  it("handles one group at a time on FIFO", () => {
    const one = planOf({ rate: 100, fifo: true, groups: 1, handlerMs: 50 }).concurrency;
    expect(one.invocationMs).toBeCloseTo(5 + 10 + 10 * 50);
    const many = planOf({ rate: 100, fifo: true, groups: 1_000_000, handlerMs: 50 }).concurrency;
    expect(many.invocationMs).toBeCloseTo(5 + 10 + 50, 0);
  });

  it("takes no more messages into a batch than 6 MB hold", () => {
    const { concurrency } = planOf({ rate: 5_000, size: 1_000_000, offloadAbove: 1_048_576, handlerMs: 1_000 });
    expect(concurrency.batch).toBe(6);
  });
});

describe("limits", () => {
  it("come in the order in which they bind, and are used up exactly there", () => {
    fc.assert(
      fc.property(workloads, (given) => {
        const { limits } = planOf(given);
        const rates = limits.map(({ bindsAt }) => bindsAt);
        expect(rates).toEqual([...rates].sort((a, b) => a - b));
        for (const { name, bindsAt, limit } of limits.filter(
          (each) => each.bindsAt > 0.000_01 && each.bindsAt < 10_000_000,
        )) {
          const at = planOf({ ...given, rate: bindsAt }).limits.find((each) => each.name === name);
          expect(at?.usage).toBeGreaterThanOrEqual(limit * 0.99);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("of a FIFO topic are 3,000 messages a second, and 300 a group", () => {
    const { limits } = planOf({ rate: 100, fifo: true, groups: 4, handlerMs: 1 });
    expect(limits.find(({ quota }) => quota === "snsFifoPublish")?.bindsAt).toBeCloseTo(3_000);
    expect(limits.find(({ quota }) => quota === "snsGroup")?.bindsAt).toBeCloseTo(1_200);
    expect(limits.some(({ quota }) => quota === "snsPublish")).toBe(false);
  });

  it("take a quota of the user's own, which is then not assumed", () => {
    const find = (quotas = {}) => planOf({ rate: 100 }, { quotas }).limits.find(({ quota }) => quota === "snsPublish");
    expect(find()).toMatchObject({ limit: 30_000, assumed: true });
    expect(find({ snsPublish: 9_000 })).toMatchObject({ limit: 9_000, assumed: false, bindsAt: expect.closeTo(9_000) });
  });

  it("that no rate changes are warnings", () => {
    expect(planOf({ rate: 1, fifo: true, subscribers: 101 }).warnings[0]).toContain("at most 100 subscriptions");
    expect(planOf({ rate: 1, matching: 0.1, subscribers: 300 }).warnings[0]).toContain("200 filter policies");
    expect(planOf({ rate: 1, size: 500_000, offloadAbove: 1_000_000 }).warnings[0]).toContain("MaximumMessageSize");
    expect(planOf({ rate: 1 }).warnings).toEqual([]);
  });
});

describe("cost", () => {
  it("is what can be computed by hand", () => {
    const { cost } = planOf({
      rate: 1_000_000 / MONTH_SECONDS,
      guarantee: "exactly-once",
      handlerMs: 95,
      overheadMs: 0,
      memoryMb: 1_024,
    });
    const usd = (service: string, item: string) =>
      cost.items.find((each) => each.service === service && each.item.startsWith(item))?.usdPerMonth;
    // A million events a month, alone in their batches.
    expect(usd("SNS", "publish")).toBeCloseTo(0.5);
    expect(usd("Lambda", "invocations")).toBeCloseTo(0.2);
    // 95 ms of the handler and two calls of 5 ms, with 1 GB.
    expect(usd("Lambda", "duration")).toBeCloseTo(0.105 * 13.3334);
    expect(usd("DynamoDB", "idempotency writes")).toBeCloseTo(2 * 0.625);
    // Delivery, receive and delete of each event; five pollers look every 20 seconds, when they are not busy.
    const polls = (5 * MONTH_SECONDS) / 20 / 1_000_000;
    expect(usd("SQS", "requests")).toBeCloseTo((3 + polls) * 0.4, 1);
    expect(cost.usdPerMonth).toBeCloseTo(cost.items.reduce((sum, item) => sum + item.usdPerMonth, 0));
    expect(cost.usdPerMillionEvents).toBeCloseTo(cost.usdPerMonth);
  });

  it("grows with the rate, and never for a million events", () => {
    fc.assert(
      fc.property(workloads, (given) => {
        const one = planOf(given).cost;
        const two = planOf({ ...given, rate: given.rate * 2 }).cost;
        expect(two.usdPerMonth).toBeGreaterThan(one.usdPerMonth);
        expect(two.usdPerMillionEvents).toBeLessThan(one.usdPerMillionEvents * 1.05);
      }),
      { numRuns: 100 },
    );
  });

  it("says which prices are assumed, and takes others", () => {
    const { items } = planOf({ rate: 10 }, { prices: { tableWrites: 1 } }).cost;
    expect(items.find(({ price }) => price === "tableWrites")).toMatchObject({ usdPerUnit: 1, assumed: false });
    expect(items.find(({ price }) => price === "tableGbMonth")?.assumed).toBe(true);
    expect(items.find(({ price }) => price === "sqsStandard")?.assumed).toBe(false);
  });

  it("keeps records and payloads for as long as the constructs do", () => {
    const kept = longestRedelivery({
      queue: Duration.days(4),
      deadLetterQueue: Duration.days(14),
      subscriptionDeadLetterQueue: Duration.days(14),
    });
    expect(KEPT_DAYS).toBe(kept.toDays());
    const { storage } = planOf({ rate: 1, size: 1_000_000 });
    expect(storage.payloadBytes).toBe(KEPT_DAYS * 86_400 * 1_000_000);
    expect(planOf({ rate: 1, guarantee: "at-least-once" }).storage).toEqual({ recordBytes: 0, payloadBytes: 0 });
  });
});

describe("tables", () => {
  it("name the AWS page of every number", () => {
    for (const { source } of [...Object.values(QUOTAS), ...Object.values(PRICES)]) {
      expect(source).toMatch(/^A(WS|mazon) /);
    }
  });
});

describe("docs/plan.md", () => {
  const lines = readFileSync(new URL("../../../docs/plan.md", import.meta.url), "utf8").split("\n");

  it("lists every limit with its source", () => {
    for (const [name, { value, unit, source, confirmed }] of Object.entries(QUOTAS)) {
      expect(lines).toContain(
        `| ${name} | ${value.toLocaleString("en-US")} ${unit}${confirmed ? "" : " *"} | ${source} |`,
      );
    }
  });

  it("lists every price with its source, Region and date", () => {
    for (const [name, { usd, per, source, confirmed }] of Object.entries(PRICES)) {
      expect(lines).toContain(`| ${name} | ${usd}${confirmed ? "" : " *"} | ${per} | ${source} |`);
    }
    expect(lines.join("\n")).toContain(`US dollars in ${PRICES_OF.region} on ${PRICES_OF.date}`);
  });
});

describe("bad input", () => {
  it.each([
    [{ rate: 0 }, "rate is 0"],
    [{ rate: Number.NaN }, "rate is NaN"],
    [{ rate: 1, size: 0 }, "size is 0"],
    [{ rate: 1, subscribers: 1.5 }, "subscribers is 1.5 (give a whole number)"],
    [{ rate: 1, matching: 2 }, "matching is 2"],
    [{ rate: 1, maxConcurrency: 1 }, "maxConcurrency is 1"],
    [{ rate: 1, fifo: true, batchSize: 11 }, "batchSize is 11 on a FIFO queue"],
    [{ rate: 1, fifo: true, windowSeconds: 5 }, "FIFO queues have no batching window"],
    [{ rate: 1, batchSize: 100 }, "batchSize is 100 without a batching window"],
  ])("%o is refused", (given, message) => {
    const error = caught(() => planOf(given));
    expect(isFanfareError(error, "ConfigurationInvalid")).toBe(true);
    expect(String(error)).toContain(message);
  });

  it("of overrides is refused with the names that there are", () => {
    const prices: Record<string, number> = { sqs: 1 };
    expect(String(caught(() => planOf({ rate: 1 }, { prices })))).toMatch(
      /there is no price called sqs \(use one of sqsStandard, /,
    );
    expect(String(caught(() => planOf({ rate: 1 }, { quotas: { snsPublish: 0 } })))).toContain(
      "the quota snsPublish is 0",
    );
    expect(String(caught(() => planOf({ rate: 1 }, { prices: { s3Gets: -1 } })))).toContain("the price s3Gets is -1");
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
