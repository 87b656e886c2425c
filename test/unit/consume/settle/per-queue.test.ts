import { describe, expect, test } from "vitest";
import { Batcher } from "../../../../lib/batch/index.ts";
import { PerQueue } from "../../../../lib/consume/settle/per-queue.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

function calls() {
  const clock = new FakeClock();
  const made: [string, readonly string[]][] = [];
  const queues = new PerQueue<string>(
    (queue) =>
      new Batcher({
        clock,
        maxItems: 10,
        lingerMs: 20,
        concurrency: 1,
        send: async (entries) => {
          made.push([queue, entries]);
          return entries.map((entry) =>
            entry === "bad" ? { ok: false, error: new Error("bad entry") } : { ok: true, value: undefined },
          );
        },
      }),
  );
  return { clock, made, queues };
}

describe("the calls to each queue", () => {
  test("hold what is for that queue, after a while for others", async () => {
    const { clock, made, queues } = calls();
    const added = [queues.add("a", "1"), queues.add("b", "2"), queues.add("a", "3")];
    await clock.settle();
    expect(made).toEqual([]);
    await clock.advance(20);
    await Promise.all(added);
    expect(made).toEqual([
      ["a", ["1", "3"]],
      ["b", ["2"]],
    ]);
  });

  test("wait for nothing once hurried, to queues of before and of after", async () => {
    const { clock, made, queues } = calls();
    const before = queues.add("a", "1");
    await clock.settle();
    queues.hurry();
    const after = queues.add("b", "2");
    await clock.settle();
    await Promise.all([before, after]);
    expect(made).toEqual([
      ["a", ["1"]],
      ["b", ["2"]],
    ]);
  });

  test("wait for each other again once relaxed, to queues of before and of after", async () => {
    const { clock, made, queues } = calls();
    const before = queues.add("a", "1");
    queues.hurry();
    await clock.settle();
    queues.relax();
    const after = [queues.add("a", "2"), queues.add("b", "3")];
    await clock.settle();
    expect(made).toEqual([["a", ["1"]]]);
    await clock.advance(20);
    await Promise.all([before, ...after]);
    expect(made.slice(1)).toEqual([
      ["a", ["2"]],
      ["b", ["3"]],
    ]);
  });

  test("reject for the entry that failed, and for no other", async () => {
    const { clock, queues } = calls();
    const settled = Promise.allSettled([queues.add("a", "1"), queues.add("a", "bad")]);
    await clock.advance(20);
    expect(await settled).toMatchObject([
      { status: "fulfilled", value: undefined },
      { status: "rejected", reason: { message: "bad entry" } },
    ]);
  });
});
