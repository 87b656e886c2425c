import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher, type BatcherOptions } from "../../../lib/batch/index.ts";
import type { EntryResult } from "../../../lib/std/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

interface Call {
  readonly items: readonly string[];
  answer(results: readonly EntryResult<string>[]): void;
  fail(error: unknown): void;
}

const taken = (items: readonly string[]): EntryResult<string>[] =>
  items.map((item) => ({ ok: true, value: `${item}!` }));

/** A batcher whose calls wait for the test to answer them. */
function manual(options: Partial<BatcherOptions<string, string>> = {}) {
  const clock = new FakeClock();
  const calls: Call[] = [];
  const batcher = new Batcher<string, string>({
    clock,
    maxItems: 3,
    lingerMs: 10,
    concurrency: 1,
    send: (items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, answer: resolve, fail: reject });
      }),
    ...options,
  });
  return { clock, calls, batcher };
}

/** A batcher whose calls succeed at once. */
function automatic(options: Partial<BatcherOptions<string, string>> = {}) {
  const clock = new FakeClock();
  const batches: string[][] = [];
  const batcher = new Batcher<string, string>({
    clock,
    maxItems: 3,
    lingerMs: 10,
    concurrency: 1,
    send: async (items) => {
      batches.push([...items]);
      return taken(items);
    },
    ...options,
  });
  return { clock, batches, batcher };
}

describe("Batcher: when a call goes out", () => {
  it("sends as soon as a call is full, without lingering", async () => {
    const { clock, batches, batcher } = automatic();
    const added = ["a", "b", "c"].map((item) => batcher.add(item));
    await expect(Promise.all(added)).resolves.toEqual(["a!", "b!", "c!"]);
    expect(batches).toEqual([["a", "b", "c"]]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("does not linger any more once it is in a hurry, but gathers what is added in one turn", async () => {
    const { clock, batches, batcher } = automatic();
    const first = batcher.add("a");
    expect(batches).toEqual([]);
    batcher.hurry();
    const second = batcher.add("aa");
    expect(batches).toEqual([]);
    await clock.advance(0);
    await Promise.all([first, second]);
    expect(batches).toEqual([["a", "aa"]]);
    const later = ["b", "c"].map((item) => batcher.add(item));
    expect(batches).toEqual([["a", "aa"]]);
    await clock.advance(0);
    await expect(Promise.all(later)).resolves.toEqual(["b!", "c!"]);
    expect(batches).toEqual([
      ["a", "aa"],
      ["b", "c"],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("sends what is there when the linger is over, and not before", async () => {
    const { clock, batches, batcher } = automatic();
    const added = [batcher.add("a"), batcher.add("b")];
    await clock.advance(9);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([["a", "b"]]);
    await Promise.all(added);
  });

  it("keeps calls under the limit of bytes, and sends an entry that is over it alone", async () => {
    const { batches, batcher } = automatic({ maxItems: 10, maxBytes: 10, sizeOf: (item) => item.length });
    const added = ["aaaa", "bbbb", "cccc", "d".repeat(12), "e"].map((item) => batcher.add(item));
    await batcher.flush();
    await Promise.all(added);
    expect(batches).toEqual([["aaaa", "bbbb"], ["cccc"], ["d".repeat(12)], ["e"]]);
  });

  it("has no more calls under way than allowed, and goes on when one ends", async () => {
    const { clock, calls, batcher } = manual({ maxItems: 1, concurrency: 2 });
    const added = ["a", "b", "c", "d"].map((item) => batcher.add(item));
    await clock.settle();
    expect(calls.map((call) => call.items)).toEqual([["a"], ["b"]]);
    calls[0]?.answer(taken(["a"]));
    await clock.settle();
    expect(calls.map((call) => call.items)).toEqual([["a"], ["b"], ["c"]]);
    for (let at = 1; at < 4; at++) {
      calls[at]?.answer(taken(calls[at]?.items ?? []));
      await clock.settle();
    }
    await expect(Promise.all(added)).resolves.toEqual(["a!", "b!", "c!", "d!"]);
  });

  it("sets no timer again and again while all calls are under way", async () => {
    const { clock, calls, batcher } = manual({ lingerMs: 0 });
    const first = batcher.add("a");
    await clock.advance(0);
    const second = batcher.add("b");
    await clock.advance(1);
    expect(calls).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
    calls[0]?.answer(taken(["a"]));
    await clock.settle();
    expect(calls[1]?.items).toEqual(["b"]);
    calls[1]?.answer(taken(["b"]));
    await Promise.all([first, second]);
  });
});

describe("Batcher: flush", () => {
  it("sends without lingering and resolves when all calls have ended", async () => {
    const { clock, calls, batcher } = manual();
    const added = batcher.add("a");
    let flushed = false;
    const flushing = batcher.flush().then(() => {
      flushed = true;
    });
    await clock.settle();
    expect(calls.map((call) => call.items)).toEqual([["a"]]);
    expect(flushed).toBe(false);
    calls[0]?.answer(taken(["a"]));
    await flushing;
    await added;
  });

  it("resolves at once when there is nothing", async () => {
    await automatic().batcher.flush();
  });

  it("resolves although entries failed", async () => {
    const { clock, calls, batcher } = manual();
    const added = batcher.add("a");
    const rejected = expect(added).rejects.toThrow("down");
    const flushing = batcher.flush();
    await clock.settle();
    calls[0]?.fail(new Error("down"));
    await flushing;
    await rejected;
  });

  it("lingers again for what is added afterwards", async () => {
    const { clock, batches, batcher } = automatic();
    const first = batcher.add("a");
    await batcher.flush();
    const second = batcher.add("b");
    await clock.settle();
    expect(batches).toEqual([["a"]]);
    await clock.advance(10);
    expect(batches).toEqual([["a"], ["b"]]);
    await Promise.all([first, second]);
  });
});

describe("Batcher: results", () => {
  it("gives each entry its own", async () => {
    const refused = new Error("refused");
    const { clock, calls, batcher } = manual();
    const settled = Promise.allSettled(["a", "b", "c"].map((item) => batcher.add(item)));
    await clock.settle();
    calls[0]?.answer([
      { ok: true, value: "A" },
      { ok: false, error: refused },
      { ok: true, value: "C" },
    ]);
    expect(await settled).toEqual([
      { status: "fulfilled", value: "A" },
      { status: "rejected", reason: refused },
      { status: "fulfilled", value: "C" },
    ]);
  });

  it("fails exactly the entries of a call that throws", async () => {
    const down = new Error("down");
    const { clock, calls, batcher } = manual({ maxItems: 2, concurrency: 2 });
    const settled = Promise.allSettled(["a", "b", "c", "d"].map((item) => batcher.add(item)));
    await clock.settle();
    calls[0]?.fail(down);
    calls[1]?.answer(taken(["c", "d"]));
    expect((await settled).map((each) => each.status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
  });

  it("fails an entry for which the call has no result", async () => {
    const { clock, calls, batcher } = manual();
    const settled = Promise.allSettled(["a", "b", "c"].map((item) => batcher.add(item)));
    await clock.settle();
    calls[0]?.answer(taken(["a", "b"]));
    const [first, second, third] = await settled;
    expect([first?.status, second?.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(third).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("fewer results") } });
  });

  it("rejects an entry whose size cannot be told, and takes others", async () => {
    const { batches, batcher } = automatic({
      maxBytes: 10,
      sizeOf: (item) => {
        if (item === "bad") {
          throw new Error("no size");
        }
        return 1;
      },
    });
    await expect(batcher.add("bad")).rejects.toThrow("no size");
    const good = batcher.add("good");
    await batcher.flush();
    await good;
    expect(batches).toEqual([["good"]]);
  });
});

describe("Batcher: properties", () => {
  it("sends every entry once, in order, within all limits, whatever is added when", async () => {
    const entry = fc.record({ bytes: fc.integer({ min: 0, max: 12 }), pauseMs: fc.integer({ min: 0, max: 15 }) });
    const limits = fc.record({
      maxItems: fc.integer({ min: 1, max: 5 }),
      maxBytes: fc.integer({ min: 1, max: 20 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 25 }),
        limits,
        async (entries, { maxItems, maxBytes, concurrency }) => {
          const clock = new FakeClock();
          const batches: (readonly number[])[] = [];
          let active = 0;
          const batcher = new Batcher<number, number>({
            clock,
            maxItems,
            maxBytes,
            concurrency,
            lingerMs: 10,
            sizeOf: (at) => entries[at]?.bytes ?? 0,
            send: async (items) => {
              active += 1;
              expect(active).toBeLessThanOrEqual(concurrency);
              batches.push(items);
              await new Promise((resolve) => setImmediate(resolve));
              active -= 1;
              return items.map((item) => ({ ok: true, value: item }));
            },
          });
          const added: Promise<number>[] = [];
          for (const [at, { pauseMs }] of entries.entries()) {
            added.push(batcher.add(at));
            if (pauseMs > 10) {
              await clock.advance(pauseMs);
            }
          }
          await batcher.flush();
          expect(await Promise.all(added)).toEqual(entries.map((_, at) => at));
          expect(batches.flat()).toEqual(entries.map((_, at) => at));
          for (const batch of batches) {
            expect(batch.length).toBeLessThanOrEqual(maxItems);
            const bytes = batch.reduce((sum, at) => sum + (entries[at]?.bytes ?? 0), 0);
            expect(batch.length === 1 || bytes <= maxBytes).toBe(true);
          }
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});
