import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, type EntryResult, retryEntries } from "../../../lib/std/index.ts";

type Kind = "ok" | "transient" | "permanent";

/** How each entry fares on its attempts; the last kind holds for all further ones. */
const fates = fc.array(
  fc.array(fc.constantFrom<Kind>("ok", "transient", "permanent"), { minLength: 1, maxLength: 4 }),
  {
    maxLength: 8,
  },
);

describe("retryEntries", () => {
  it("sends again exactly the entries that failed for a transient reason, and returns the last result of each", async () => {
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 1, max: 5 }), async (plans, maxAttempts) => {
        const entries = plans.map((plan, index) => ({ plan, index }));
        const sent = new Map<number, number>();
        const pauses: number[] = [];
        const kindAt = (plan: readonly Kind[], attempt: number) => plan[Math.min(attempt, plan.length) - 1];
        const results = await retryEntries(entries, {
          maxAttempts,
          call: async (open) =>
            open.map(({ plan, index }): EntryResult<string> => {
              const attempt = (sent.get(index) ?? 0) + 1;
              sent.set(index, attempt);
              const kind = kindAt(plan, attempt);
              return kind === "ok" ? { ok: true, value: `${index}.${attempt}` } : { ok: false, error: kind };
            }),
          isTransient: (error) => error === "transient",
          pause: async (attempt, open) => {
            pauses.push(attempt);
            expect(open.length).toBeGreaterThan(0);
            return true;
          },
        });
        expect(results).toHaveLength(entries.length);
        let most = 0;
        for (const { plan, index } of entries) {
          let attempts = 1;
          while (attempts < maxAttempts && kindAt(plan, attempts) === "transient") {
            attempts += 1;
          }
          most = Math.max(most, attempts);
          const kind = kindAt(plan, attempts);
          expect(sent.get(index)).toBe(attempts);
          expect(results[index]).toEqual(
            kind === "ok" ? { ok: true, value: `${index}.${attempts}` } : { ok: false, error: kind },
          );
        }
        expect(pauses).toEqual(Array.from({ length: Math.max(0, most - 1) }, (_, at) => at + 1));
      }),
    );
  });

  const failing = { isTransient: () => true, call: async (open: readonly string[]) => open.map(() => failure) };
  const failure: EntryResult<never> = { ok: false, error: "down" };

  it("stops when there is no time for another attempt", async () => {
    let calls = 0;
    const results = await retryEntries(["a", "b"], {
      ...failing,
      maxAttempts: 9,
      call: async (open) => {
        calls += 1;
        return await failing.call(open);
      },
      pause: async (attempt) => attempt < 2,
    });
    expect(calls).toBe(2);
    expect(results).toEqual([failure, failure]);
  });

  it("makes no call without entries", async () => {
    const call = async () => {
      throw new Error("no call was expected");
    };
    expect(await retryEntries([], { ...failing, call, maxAttempts: 3, pause: async () => true })).toEqual([]);
  });

  it("counts an entry without a result as failed", async () => {
    const results = await retryEntries(["a", "b"], {
      maxAttempts: 1,
      call: async () => [{ ok: true, value: "A" }],
      isTransient: () => false,
      pause: async () => true,
    });
    expect(results).toMatchObject([
      { ok: true, value: "A" },
      { ok: false, error: { message: expect.stringContaining("fewer results") } },
    ]);
  });

  it("throws what the call throws", async () => {
    const call = () => Promise.reject(new Error("no connection"));
    const retried = retryEntries(["a"], { ...failing, call, maxAttempts: 3, pause: async () => true });
    await expect(retried).rejects.toThrow("no connection");
  });
});

describe("chunksOf", () => {
  it("keeps every item in order, in parts of the size given", () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (items, size) => {
        const chunks = chunksOf(items, size);
        expect(chunks.flat()).toEqual(items);
        expect(chunks).toHaveLength(Math.ceil(items.length / size));
        expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
      }),
    );
  });
});
