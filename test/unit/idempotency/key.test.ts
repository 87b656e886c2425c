import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventKeys, idempotencyKey } from "../../../lib/idempotency/index.ts";

describe("the idempotency key", () => {
  test("is readable", () => {
    expect(idempotencyKey("billing", "/shop", "order-1")).toBe("billing#%2Fshop#order-1");
  });

  test("is the same for the same event, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (source, id) => {
        expect(idempotencyKey("c", source, id)).toBe(idempotencyKey("c", source, id));
      }),
    );
  });

  test("differs for different events", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom("#", "%23", "a#b", "\ud800", "\udc00", '"\\ud800"'),
    );
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (one, other) => {
        const same = one.every((text, index) => text === other[index]);
        expect(idempotencyKey(...one) === idempotencyKey(...other)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  test("differs for ids that look like the encoding of others", () => {
    const long = idempotencyKey("c", "/s", "x".repeat(600));
    const imitation = /^c#sha256[#:](.*)$/.exec(long)?.[1] ?? "";
    expect(idempotencyKey("c", "sha256", imitation)).not.toBe(long);
    const ids = ["\ud800", '"\\ud800"', "%ud800", "\\ud800", "\ud800\udc00", "\udc00\ud800"];
    expect(new Set(ids.map((id) => idempotencyKey("c", "/s", id))).size).toBe(ids.length);
  });

  test("differs for long ids that differ at the end", () => {
    const long = "x".repeat(5_000);
    expect(idempotencyKey("c", "/s", `${long}1`)).not.toBe(idempotencyKey("c", "/s", `${long}2`));
  });

  test("has at most 512 bytes, a quarter of a partition key, and at least one", () => {
    const text = fc.string({ unit: "binary", maxLength: 3_000 });
    fc.assert(
      fc.property(text, text, text, (consumer, source, id) => {
        const bytes = Buffer.byteLength(idempotencyKey(consumer, source, id));
        expect(bytes).toBeGreaterThan(0);
        expect(bytes).toBeLessThanOrEqual(512);
      }),
    );
  });

  test("of a long event still begins with its consumer, or with 200 characters of it", () => {
    expect(idempotencyKey("billing", "/s", "x".repeat(600))).toMatch(/^billing#sha256:[0-9a-f]{64}$/);
    expect(idempotencyKey("b".repeat(300), "/s", "x".repeat(600))).toMatch(/^b{200}#sha256:[0-9a-f]{64}$/);
  });

  test("of exactly 512 bytes is still readable", () => {
    const id = "x".repeat(512 - "billing#s#t#".length);
    const keys = new EventKeys("billing");
    expect([idempotencyKey("billing", "s", "t", id), keys.of("s", "t", id)]).toEqual(
      Array(2).fill(`billing#s#t#${id}`),
    );
    expect(keys.of("s", "t", `${id}x`)).toMatch(/^billing#sha256:/);
  });
});

test("the keys of a consumer's events are those of its parts, whatever came before", () => {
  const part = fc.oneof(
    fc.constantFrom("a", "b", "#", "%23", "\ud800", "x".repeat(600)),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(part, fc.array(fc.tuple(part, part, part)), (consumer, events) => {
      const keys = new EventKeys(consumer);
      const made = events.map(([source, type, id]) => keys.of(source, type, id));
      expect(made).toEqual(events.map((event) => idempotencyKey(consumer, ...event)));
    }),
    { numRuns: 500 },
  );
});
