import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ConsumeOptions, consume, consumeBatch, PermanentError, type SqsRecord } from "../../../lib/index.ts";
import { type MetricsOptions, metrics } from "../../../lib/observe/metrics/index.ts";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { recording } from "../consume/recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  MemoryStore,
  type Orders,
  offline,
  record,
} from "../consume/support.ts";
import { bench, failing, memoryStore, orders, rejection, scriptedSns, TOPIC } from "../publish/support.ts";
import { dataPoints, sum, valuesOf } from "./emf.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

/** An observer, and the lines that it has written. */
function writing(options: MetricsOptions = {}) {
  const lines: string[] = [];
  return { lines, observer: metrics({ write: (line) => lines.push(line), ...options }) };
}

/** Handles records, and returns the lines that were written. */
async function handle(
  records: readonly SqsRecord[],
  handler: (data: { readonly n: number }) => unknown = () => {},
  options: ConsumeOptions<Orders> = {},
  metricsOptions: MetricsOptions = {},
): Promise<string[]> {
  const { lines, observer } = writing(metricsOptions);
  const { client } = recording();
  const all = { observers: [observer], deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client }, ...options };
  const lambda = consume(contract, { Placed: handler as () => void }, offline(all));
  await lambda({ Records: [...records] }, context());
  return lines;
}

const counts = (lines: readonly string[], metric: string, dimension?: string) =>
  Object.fromEntries(Object.entries(valuesOf(lines, metric, dimension)).map(([key, values]) => [key, sum(values)]));

describe("a consumer's metrics", () => {
  it("are one line per invocation, whatever became of its records", async () => {
    const same = envelope("same");
    const records = [
      ...Array.from({ length: 40 }, (_, index) => record(envelope(`${index}`))),
      record(same),
      record(same),
      record(envelope("old", { n: 1 }, { expirytime: "2020-01-01T00:00:00Z" })),
      record("no json"),
      record(envelope("fails", { n: 99 })),
    ];
    const lines = await handle(
      records,
      ({ n }) => {
        if (n === 99) {
          throw new TypeError("no");
        }
      },
      { store: new MemoryStore() },
    );
    expect(lines).toHaveLength(1);
    expect(counts(lines, "Processed")).toEqual({ billing: 41 });
    expect(counts(lines, "Duplicates")).toEqual({ billing: 1 });
    expect(counts(lines, "Expired")).toEqual({ billing: 1 });
    expect(counts(lines, "Retried", "Cause")).toEqual({ handler: 1 });
    expect(counts(lines, "DeadLettered", "Error")).toEqual({ BodyMalformed: 1 });
    expect(valuesOf(lines, "HandlerTime").billing).toHaveLength(42);
    // Two calls claim 43 events, as many complete 41, and one releases one.
    expect(valuesOf(lines, "StoreTime").billing).toHaveLength(5);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ requestId: "request" });
  });

  it("are none where nothing was received", async () => {
    expect(await handle([])).toEqual([]);
  });

  it("count each record once, by cause and by error, and in total", async () => {
    const kinds = ["done", "throws", "permanent", "malformed", "mismatch"] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 30 }), async (all) => {
        const records = all.map((kind, index) => {
          const data = { n: kind === "mismatch" ? "text" : kinds.indexOf(kind) };
          return record(kind === "malformed" ? "{" : envelope(`${kind}-${index}`, data));
        });
        const lines = await handle(records, ({ n }) => {
          if (n === 1) {
            throw new Error("no");
          }
          if (n === 2) {
            throw new PermanentError("never");
          }
        });
        const of = (...some: readonly string[]) => all.filter((kind) => some.includes(kind)).length;
        const present = (all: Record<string, number>) =>
          Object.fromEntries(Object.entries(all).filter(([, value]) => value > 0));
        expect(counts(lines, "Processed")).toEqual(present({ billing: of("done") }));
        expect(counts(lines, "Retried")).toEqual(present({ billing: of("throws") }));
        expect(counts(lines, "Retried", "Cause")).toEqual(present({ handler: of("throws") }));
        expect(counts(lines, "DeadLettered")).toEqual(present({ billing: of("permanent", "malformed", "mismatch") }));
        expect(counts(lines, "DeadLettered", "Error")).toEqual(
          present({ Permanent: of("permanent"), BodyMalformed: of("malformed"), SchemaMismatch: of("mismatch") }),
        );
        // One line per error, as a line has one value of each dimension.
        expect(lines).toHaveLength(
          Math.max(1, new Set(all.filter((kind) => kind !== "done" && kind !== "throws")).size),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("tell how long events waited, how old they were, and how long handlers took", async () => {
    const clock = new FakeClock(NOW);
    const attributes = { ApproximateReceiveCount: "1", SentTimestamp: String(NOW - 2_000) };
    const again = { ...attributes, ApproximateReceiveCount: "2" };
    const time = new Date(NOW - 5_000).toISOString();
    const lines = await handle(
      [record(envelope("1", { n: 1 }, { time }), { attributes }), record(envelope("2"), { attributes: again })],
      async ({ n }) => {
        await clock.advance(n * 10);
      },
      { clock, concurrency: 1 },
    );
    expect(valuesOf(lines, "QueueWait")).toEqual({ billing: [2_000] });
    expect(valuesOf(lines, "HandlerTime")).toEqual({ billing: [10, 10] });
    expect(valuesOf(lines, "EventAge")).toEqual({ billing: [5_010] });
  });

  it.each([
    ["of a sender whose clock is ahead is 0", new Date(NOW + 60_000).toISOString(), { billing: [0] }],
    ["of a time that is none is not told", "yesterday", {}],
  ])("the age %s", async (_, time, expected) => {
    const lines = await handle([record(envelope("1", { n: 1 }, { time }))], () => {}, { clock: new FakeClock(NOW) });
    expect(valuesOf(lines, "EventAge")).toEqual(expected);
  });

  it("tell the age of the oldest event that fails, which SQS does not", async () => {
    const sent = (ageMs: number, count: number) => ({
      attributes: { ApproximateReceiveCount: String(count), SentTimestamp: String(NOW - ageMs) },
    });
    const lines = await handle(
      [
        record(envelope("1"), sent(60_000, 3)),
        record(envelope("2"), sent(900_000, 7)),
        record(envelope("3", { n: 2 }), sent(9_999_000, 1)),
      ],
      ({ n }) => {
        if (n === 1) {
          throw new Error("no");
        }
      },
      { clock: new FakeClock(NOW) },
    );
    expect(dataPoints(lines).find(({ metric }) => metric === "OldestFailingEventAge")).toMatchObject({
      unit: "Seconds",
      values: [900],
      dimensions: { Consumer: "billing" },
    });
  });

  it("count events that another worker has claimed", async () => {
    const store = new MemoryStore();
    store.claimResult = () => ({ status: "inProgress", until: Date.now() + 1_000 });
    const lines = await handle([record(envelope("1"))], () => {}, { store });
    expect(counts(lines, "InProgress")).toEqual({ billing: 1 });
    expect(counts(lines, "Retried", "Cause")).toEqual({ inProgress: 1 });
    expect(valuesOf(lines, "OldestFailingEventAge")).toEqual({});
  });

  it("are those of batch handlers too", async () => {
    const { lines, observer } = writing();
    const lambda = consumeBatch(
      contract,
      (items) => items[1]?.fail(new Error("no")),
      offline({ observers: [observer] }),
    );
    await lambda({ Records: [record(envelope("1")), record(envelope("2"))] }, context());
    expect(lines).toHaveLength(1);
    expect([counts(lines, "Processed"), counts(lines, "Retried")]).toEqual([{ billing: 1 }, { billing: 1 }]);
  });

  it("need more lines only for more than 100 values", async () => {
    const sizes = [100, 101, 250];
    const all = await Promise.all(
      sizes.map((size) => handle(Array.from({ length: size }, (_, index) => record(envelope(`${index}`))))),
    );
    expect(all.map((lines) => lines.length)).toEqual([1, 2, 3]);
    expect(all.map((lines) => valuesOf(lines, "HandlerTime").billing?.length)).toEqual(sizes);
    expect(all.map((lines) => counts(lines, "Processed").billing)).toEqual(sizes);
  });
});

describe("dimensions", () => {
  const throwing = (names: readonly string[]) =>
    names.map((name, index) => record(envelope(`${name}-${index}`, { n: index })));
  const dieOf =
    (names: readonly string[]) =>
    ({ n }: { readonly n: number }) => {
      throw Object.assign(new PermanentError("no"), { name: names[n] });
    };

  it("tell a bounded number of errors apart", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `Error${index}`);
    const lines = await handle(throwing(names), dieOf(names), { concurrency: 1 });
    expect(counts(lines, "DeadLettered", "Error")).toEqual({
      ...Object.fromEntries(names.slice(0, 20).map((name) => [name, 1])),
      other: 10,
    });
    const few = await handle(throwing(names), dieOf(names), {}, { maxErrors: 1 });
    expect(Object.values(counts(few, "DeadLettered", "Error")).sort()).toEqual([1, 29]);
  });

  it("are values that CloudWatch takes, whatever the user's strings are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary", maxLength: 2_000 }), { minLength: 1, maxLength: 5 }),
        async (names) => {
          const lines = await handle(throwing(names), dieOf(names), { consumer: "Zahlungen 💶" });
          // `dataPoints` checks each.
          expect(sum(Object.values(counts(lines, "DeadLettered", "Error")))).toBe(names.length);
          expect(Object.keys(counts(lines, "DeadLettered"))).toEqual(["Zahlungen ??"]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("that are constant, and the namespace, are in all metrics", async () => {
    const names = ["A", "B"];
    const options = { namespace: "Shop/Prod", dimensions: { Stage: "prod", Cell: "7" } };
    const lines = await handle(throwing(names), dieOf(names), {}, options);
    for (const { namespace, dimensions } of dataPoints(lines)) {
      expect({ namespace, dimensions }).toMatchObject({
        namespace: "Shop/Prod",
        dimensions: { Stage: "prod", Cell: "7", Consumer: "billing" },
      });
    }
  });
});

describe("options", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("take the namespace that the constructs set", async () => {
    vi.stubEnv("FANFARE_METRICS_NAMESPACE", "Shop");
    expect(dataPoints(await handle([record(envelope("1"))]))[0]?.namespace).toBe("Shop");
  });

  const tooMany = Object.fromEntries(Array.from({ length: 29 }, (_, index) => [`D${index}`, "x"]));
  it.each<[string, MetricsOptions, string]>([
    ["a namespace of AWS", { namespace: "AWS/Lambda" }, "namespace"],
    ["a namespace with a space", { namespace: "my shop" }, "namespace"],
    ["no namespace", { namespace: "" }, "namespace"],
    ["a long namespace", { namespace: "x".repeat(256) }, "namespace"],
    ["a dimension of ours", { dimensions: { Consumer: "x" } }, "dimensions.Consumer"],
    ["a metric as a dimension", { dimensions: { HandlerTime: "x" } }, "dimensions.HandlerTime"],
    ["a dimension that hides the directives", { dimensions: { _aws: "x" } }, "dimensions._aws"],
    ["a dimension with a colon", { dimensions: { ":a": "x" } }, "dimensions.:a"],
    ["an empty value", { dimensions: { Stage: "" } }, "dimensions.Stage"],
    ["a value of spaces", { dimensions: { Stage: "  " } }, "dimensions.Stage"],
    ["a value with a line feed", { dimensions: { Stage: "a\nb" } }, "dimensions.Stage"],
    ["a value that is no string", { dimensions: { Stage: 7 as unknown as string } }, "dimensions.Stage"],
    ["a long value", { dimensions: { Stage: "x".repeat(1_025) } }, "dimensions.Stage"],
    ["29 dimensions", { dimensions: tooMany }, "dimensions"],
    ["no errors", { maxErrors: 0 }, "maxErrors"],
    ["many errors", { maxErrors: 101 }, "maxErrors"],
  ])("refuse %s", (_, options, field) => {
    expect(() => metrics(options)).toThrow(expect.objectContaining({ code: "ConfigurationInvalid", field }));
  });
});

describe("a publisher's metrics", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  const placed = (id: string) => ({ id });

  it("are one line per flush", async () => {
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    const all = [publish("Placed", placed("1")), publish("Placed", placed("2"))];
    await clock.settle();
    await Promise.all(all);
    expect(lines).toEqual([]);
    await publish.flush();
    expect(lines).toHaveLength(1);
    expect(counts(lines, "Published")).toEqual({ orders: 2 });
    expect(valuesOf(lines, "PublishTime").orders).toHaveLength(2);
    expect(valuesOf(lines, "BufferedBytes").orders).toHaveLength(1);
    await publish.flush();
    expect(lines).toHaveLength(1);
  });

  it("are written every 10 seconds outside of Lambda", async () => {
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    for (const id of ["1", "2", "3"]) {
      const one = publish("Placed", placed(id));
      await clock.settle();
      await one;
    }
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(counts(lines, "Published")).toEqual({ orders: 3 });
    expect(lines).toHaveLength(1);
    vi.advanceTimersByTime(100_000);
    expect(lines).toHaveLength(1);
  });

  it("keep no process alive", async () => {
    vi.useRealTimers();
    const holding = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    const before = holding();
    const one = publish("Placed", placed("1"));
    await clock.settle();
    await one;
    expect({ holding: holding(), lines: lines.length }).toEqual({ holding: before, lines: 0 });
    await publish.flush();
  });

  it("are written when the process ends", async () => {
    const before = process.listeners("exit");
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    const one = publish("Placed", placed("1"));
    await clock.settle();
    await one;
    const added = process.listeners("exit").filter((each) => !before.includes(each));
    expect(added).toHaveLength(1);
    added[0]?.call(process, 0);
    expect(counts(lines, "Published")).toEqual({ orders: 1 });
    expect(process.listeners("exit")).toEqual(before);
  });

  it("are written in Lambda before publish returns, because the process may be frozen then", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "checkout");
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    const seen = Promise.all(["1", "2", "3"].map((id) => publish("Placed", placed(id)))).then(() => [...lines]);
    await clock.settle();
    expect(counts(await seen, "Published")).toEqual({ orders: 3 });
    expect(lines).toHaveLength(1);
  });

  it("are bounded where it never rests", async () => {
    const { lines, observer } = writing();
    const { publish, clock } = bench(undefined, { observers: [observer] });
    const all = Array.from({ length: 100 }, (_, index) => publish("Placed", placed(`${index}`)));
    await clock.settle();
    await clock.advance(100);
    await Promise.all(all);
    expect(lines).toHaveLength(1);
    expect(counts(lines, "Published")).toEqual({ orders: 100 });
  });

  it("tell what failed, and what was offloaded", async () => {
    const { lines, observer } = writing();
    const { publish, clock } = bench((entries) => failing(entries, ['"bad"'], true), {
      observers: [observer],
      payloads: memoryStore(),
      maxMessageBytes: 1_024,
    });
    const large = publish("Plain", { id: "large", text: "x".repeat(5_000) });
    const bad = rejection(publish("Placed", placed("bad")));
    await clock.settle();
    await large;
    await bad;
    await publish.flush();
    expect([counts(lines, "Published"), counts(lines, "PublishFailed")]).toEqual([{ orders: 1 }, { orders: 1 }]);
    expect(valuesOf(lines, "OffloadedBytes").orders).toEqual([expect.any(Number)]);
    expect(sum(valuesOf(lines, "OffloadedBytes").orders)).toBeGreaterThan(5_000);
  });

  it.each([
    ["the same observer", true, 1],
    ["an observer of its own", false, 2],
  ])("of what a handler publishes are written when its invocation ends: with %s", async (_, same, expected) => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "billing");
    const { lines, observer } = writing();
    const own = same ? observer : writing({ write: (line) => lines.push(line) }).observer;
    const publish = createPublisher(orders, {
      target: TOPIC,
      clients: { sns: scriptedSns().client },
      observers: [own],
    });
    let during = -1;
    const lambda = consume(
      contract,
      {
        Placed: async () => {
          await publish("Placed", placed("1"));
          await publish.flush();
          await publish("Placed", placed("2"));
          during = lines.length;
        },
      },
      offline({ observers: [observer] }),
    );
    await lambda({ Records: [record(envelope("1"))] }, context());
    expect({ during, lines: lines.length }).toEqual({ during: 0, lines: expected });
    expect([counts(lines, "Processed"), counts(lines, "Published")]).toEqual([{ billing: 1 }, { orders: 2 }]);
  });

  it("of several destinations are in lines of their own, as a line has one value of each dimension", async () => {
    const { lines, observer } = writing();
    const targets = [TOPIC, `${TOPIC}-2`];
    const publishers = targets.map((target) =>
      createPublisher(orders, { target, clients: { sns: scriptedSns().client }, observers: [observer] }),
    );
    await Promise.all(publishers.map((publish) => publish("Placed", placed("1"))));
    await publishers[0]?.flush();
    expect(lines).toHaveLength(2);
    expect(counts(lines, "Published")).toEqual({ orders: 1, "orders-2": 1 });
  });
});

it("lines go to standard output itself, which Lambda does not wrap", async () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    const lambda = consume(contract, { Placed: () => {} }, offline({ observers: [metrics()] }));
    await lambda({ Records: [record(envelope("1"))] }, context());
    const lines = written.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("_aws"));
    expect(lines).toEqual([expect.stringMatching(/^\{"_aws":.*\}\n$/)]);
  } finally {
    written.mockRestore();
  }
});
