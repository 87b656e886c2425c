import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sleep } from "../../../lib/clock/index.ts";
import { History, renderHistory, storyOf } from "../../../lib/testing/simulation/history.ts";
import { canFailPartially, failPartially } from "../../../lib/testing/simulation/partial-failure.ts";
import { Random } from "../../../lib/testing/simulation/random.ts";
import { VirtualClock } from "../../../lib/testing/simulation/virtual-clock.ts";
import { Worker } from "../../../lib/testing/simulation/worker.ts";

const forEver = Number.POSITIVE_INFINITY;

describe("random numbers", () => {
  test("one seed gives one series, another seed another", () => {
    const draw = (random: Random) => Array.from({ length: 20 }, () => random.next());
    expect(draw(new Random(5))).toEqual(draw(new Random(5)));
    expect(draw(new Random(5))).not.toEqual(draw(new Random(6)));
  });

  test("they are spread, within their bounds", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, low, span) => {
        const random = new Random(seed);
        const drawn = Array.from({ length: 200 }, () => random.int(low, low + span));
        expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
        expect(Math.max(...drawn)).toBeLessThanOrEqual(low + span);
        if (span > 1) {
          expect(new Set(drawn).size).toBeGreaterThan(1);
        }
      }),
      { numRuns: 50 },
    );
    const random = new Random("mean");
    const mean = Array.from({ length: 10_000 }, () => random.next()).reduce((sum, value) => sum + value, 0) / 10_000;
    expect(mean).toBeCloseTo(0.5, 1);
  });

  test("a fork does not depend on what others draw", () => {
    const parent = new Random(1);
    const before = parent.fork("a").next();
    parent.next();
    expect(parent.fork("a").next()).toBe(before);
    expect(parent.fork("b").next()).not.toBe(before);
    expect(() => parent.pick([])).toThrow(RangeError);
  });
});

describe("virtual time", () => {
  test("passes from one planned moment to the next, and promises settle in between", async () => {
    const clock = new VirtualClock(1_000, new Random(1));
    const seen: string[] = [];
    clock.timer(50, () => seen.push(`50 at ${clock.now()}`));
    const cancel = clock.timer(20, () => seen.push("cancelled"));
    clock.timer(10, () => {
      cancel();
      void sleep(clock, 5).then(() => seen.push(`15 at ${clock.now()}`));
    });
    await clock.run(() => false, forEver);
    expect(seen).toEqual(["15 at 1015", "50 at 1050"]);
    expect(clock.steps).toBe(3);
  });

  test("ends when it is told to, or at the horizon, and can go on", async () => {
    const clock = new VirtualClock(0, new Random(1));
    const seen: number[] = [];
    for (const ms of [10, 20, 30]) {
      clock.timer(ms, () => seen.push(ms));
    }
    await clock.run(() => seen.length === 1, forEver);
    expect(seen).toEqual([10]);
    await clock.run(() => false, 25);
    expect(seen).toEqual([10, 20]);
    await clock.run(() => false, forEver);
    expect(seen).toEqual([10, 20, 30]);
  });

  test("callbacks run in the order of their times, whatever the order of planning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000), { maxLength: 100 }), fc.integer(), async (times, seed) => {
        const clock = new VirtualClock(0, new Random(seed));
        const seen: number[] = [];
        for (const time of times) {
          clock.timer(time, () => seen.push(time));
        }
        await clock.run(() => false, forEver);
        expect(seen).toEqual([...times].sort((left, right) => left - right));
      }),
    );
  });

  test("what is due at one time runs in another order for another seed", async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const clock = new VirtualClock(0, new Random(seed));
      const seen: number[] = [];
      for (let n = 0; n < 4; n++) {
        clock.nextTurn(() => seen.push(n));
      }
      await clock.run(() => false, forEver);
      orders.add(seen.join());
    }
    expect(orders.size).toBeGreaterThan(5);
  });
});

describe("workers", () => {
  const make = (skew = 0) => {
    const virtual = new VirtualClock(0, new Random(1));
    return { virtual, worker: new Worker("w", virtual, new Random(2), skew) };
  };

  test("see their own clock", () => {
    expect(make(-300).worker.clock.now()).toBe(-300);
  });

  test("nothing of a dead worker runs any more, and its death is told once", async () => {
    const { virtual, worker } = make();
    const seen: string[] = [];
    worker.onDeath = (reason) => seen.push(`died: ${reason}`);
    worker.clock.timer(10, () => seen.push("before"));
    worker.clock.timer(30, () => seen.push("after"));
    const answer = worker.guard((text: string) => seen.push(text));
    virtual.timer(20, () => {
      worker.kill("power");
      worker.kill("again");
      answer("answer");
    });
    await virtual.run(() => false, forEver);
    expect(seen).toEqual(["before", "died: power"]);
    expect(worker.isDead).toBe(true);
  });

  test("what comes due while it is frozen runs when it is thawed, except what was cancelled", async () => {
    const { virtual, worker } = make();
    const seen: string[] = [];
    worker.freeze();
    worker.clock.timer(10, () => seen.push(`timer at ${virtual.now()}`));
    const cancel = worker.clock.timer(10, () => seen.push("cancelled"));
    virtual.timer(50, () => {
      cancel();
      expect(seen).toEqual([]);
      worker.thaw();
    });
    await virtual.run(() => false, forEver);
    expect(seen).toEqual(["timer at 50"]);
  });
});

describe("partial failures", () => {
  const call = (operation: string, input: Record<string, unknown>) =>
    ({ service: "sqs", operation, input, signal: undefined }) as const;

  test("only the entries that did not fail are performed, and each entry has an outcome", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer(), (count, seed) => {
        const Entries = Array.from({ length: count }, (_, index) => ({ Id: String(index) }));
        const performed: string[] = [];
        const { output, failed } = failPartially(call("SendMessageBatch", { Entries }), new Random(seed), (input) => {
          for (const { Id } of input.Entries as { Id: string }[]) {
            performed.push(Id);
          }
          return { Successful: input.Entries };
        });
        const answer = output as { Successful: { Id: string }[]; Failed: { Id: string }[] };
        expect(failed).toBeGreaterThan(0);
        expect(answer.Failed).toHaveLength(failed);
        expect(answer.Successful.map(({ Id }) => Id)).toEqual(performed);
        expect([...answer.Successful, ...answer.Failed].map(({ Id }) => Id).sort()).toEqual(
          Entries.map(({ Id }) => Id).sort(),
        );
      }),
    );
  });

  test("statements keep their places", () => {
    const Statements = Array.from({ length: 8 }, (_, index) => ({ Statement: String(index) }));
    const { output } = failPartially(call("BatchExecuteStatement", { Statements }), new Random(3), (input) => ({
      Responses: (input.Statements as { Statement: string }[]).map(({ Statement }) => ({ TableName: Statement })),
    }));
    const { Responses } = output as { Responses: { TableName?: string; Error?: object }[] };
    expect(Responses).toHaveLength(8);
    for (const [index, { TableName, Error: failure }] of Responses.entries()) {
      expect(TableName ?? String(index)).toBe(String(index));
      expect(TableName === undefined).toBe(failure !== undefined);
    }
  });

  test("keys that were left are named, transactions fail as a whole, single calls not at all", () => {
    const Keys = Array.from({ length: 5 }, (_, index) => ({ id: { S: String(index) } }));
    const { output, failed } = failPartially(
      call("BatchGetItem", { RequestItems: { t: { Keys } } }),
      new Random(4),
      () => ({
        Responses: { t: [] },
      }),
    );
    expect(output).toMatchObject({ UnprocessedKeys: { t: { Keys: { length: failed } } } });
    const transact = call("TransactWriteItems", { TransactItems: [{}, {}] });
    expect(() => failPartially(transact, new Random(5), () => ({}))).toThrow("TransactionConflict");
    expect(canFailPartially(call("GetItem", {}))).toBe(false);
  });
});

test("a history is text, tells one event's story, and has a fingerprint of its own", () => {
  let now = 0;
  const history = new History(() => now);
  const empty = history.fingerprint;
  history.add("publisher", "published", { event: "e1" });
  now = 1_234;
  history.add("billing/1", "handled", { event: "e1", subscriber: "billing" });
  history.add("audit/1", "handled", { event: "e1", subscriber: "audit" });
  history.add("billing/1", "handled", { event: "e2", subscriber: "billing" });
  expect(renderHistory(storyOf(history.entries, { event: "e1", subscriber: "billing" }))).toBe(
    "     0.000s  publisher  e1     published\n     1.234s  billing/1  e1     handled",
  );
  expect(history.fingerprint).not.toBe(empty);
});
