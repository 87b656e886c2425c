import fc from "fast-check";
import { expect, test } from "vitest";
import { refuseCycles, runInOrder } from "../../../../lib/local/deploy/graph.ts";

const graphOf = (entries: Record<string, string[]>) =>
  new Map(Object.entries(entries).map(([key, needs]) => [key, new Set(needs)]));

test("a cycle is refused, and only its members are named", () => {
  expect(() => refuseCycles(graphOf({ start: ["a"], a: ["b"], b: ["c"], c: ["a"] }))).toThrow(
    /circular dependency between resources: a -> b -> c -> a \(/,
  );
  expect(() => refuseCycles(graphOf({ self: ["self"] }))).toThrow(/self -> self/);
});

test("a diamond is no cycle", () => {
  expect(() => refuseCycles(graphOf({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).not.toThrow();
});

test("every key runs once, after all that it needs", async () => {
  // A graph without cycles: each key needs only keys with smaller numbers.
  const graphs = fc
    .array(fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), { maxLength: 30 })
    .map(
      (needs) =>
        new Map(needs.map((list, key) => [String(key), new Set(list.filter((need) => need < key).map(String))])),
    );
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const finished: string[] = [];
      await runInOrder(graph, async (key) => {
        for (const need of graph.get(key) ?? []) {
          expect(finished).toContain(need);
        }
        await Promise.resolve();
        finished.push(key);
      });
      expect([...finished].sort()).toEqual([...graph.keys()].sort());
    }),
  );
});

test("independent keys run at the same time", async () => {
  const started: string[] = [];
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = runInOrder(graphOf({ a: [], b: [], c: ["a"] }), async (key) => {
    started.push(key);
    await gate;
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(started).toEqual(["a", "b"]);
  release();
  await run;
  expect(started).toEqual(["a", "b", "c"]);
});

test("after a failure what depends on it does not run, the others do, and the first failure is thrown", async () => {
  const ran: string[] = [];
  const run = runInOrder(graphOf({ bad: [], after: ["bad"], later: ["after"], other: [] }), async (key) => {
    ran.push(key);
    if (key === "bad") {
      throw new Error("first");
    }
  });
  await expect(run).rejects.toThrow("first");
  expect(ran.sort()).toEqual(["bad", "other"]);
});
