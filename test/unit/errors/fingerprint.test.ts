import { describe, expect, test } from "vitest";
import { fingerprintOf, firstFrame } from "../../../lib/errors/index.ts";

describe("a fingerprint", () => {
  const of = (message: string, frame?: string) => fingerprintOf("shop.Billing", "TypeError", message, frame);

  test.each([
    ["cannot charge order o-17: 402", "cannot charge order o-18: 500"],
    ['no customer "Ada Lovelace"', 'no customer "Bob"'],
    ["no such user ada@example.com", "no such user bob@example.org"],
    ["timeout after 3000ms at 2026-11-29T03:00:00Z", "timeout after 17ms at 2026-11-30T04:01:02Z"],
    ["row 5b3e1c9a-0000-4000-8000-000000000000 is locked", "row 77 is locked"],
  ])("is equal for messages that differ in values: %s", (one, other) => {
    expect(of(one)).toBe(of(other));
    expect(of(one)).toMatch(/^[0-9a-f]{12}$/);
  });

  test("differs by consumer, error, words and function, and not by line", () => {
    const all = [
      of("cannot charge"),
      of("cannot ship"),
      fingerprintOf("shop.Shipping", "TypeError", "cannot charge"),
      fingerprintOf("shop.Billing", "RangeError", "cannot charge"),
      of("cannot charge", "charge (/var/task/index.mjs:10:5)"),
      of("cannot charge", "refund (/var/task/index.mjs:10:5)"),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(of("cannot charge", "charge (/var/task/index.mjs:10:5)")).toBe(
      of("cannot charge", "charge (/var/task/index.mjs:99:1)"),
    );
  });
});

describe("the first frame of the user's own code", () => {
  test("is the first one outside Node and packages", () => {
    const error = new Error("no");
    error.stack = `Error: no
    at parse (node:internal/url:1:2)
    at check (/app/node_modules/zod/index.js:3:4)
    at charge (/app/lambdas/billing.ts:5:6)
    at handler (/app/lambdas/billing.ts:9:1)`;
    expect(firstFrame(error)).toBe("charge (/app/lambdas/billing.ts:5:6)");
  });

  test("is none of Fanfare's files of AWS clients in a bundle", () => {
    const error = new Error("no");
    error.stack = `TransactionCanceledException: no
    at F (file:///var/task/lean-LFQ4SJX6.mjs:1:3451)
    at async H (/var/task/settling-sqs.sdk-JUXL5VWN.mjs:1:20)
    at async commit (file:///var/task/index.mjs:1:9)`;
    expect(firstFrame(error)).toBe("async commit (file:///var/task/index.mjs:1:9)");
    error.stack = "Error: no\n    at lean (/var/task/lean-meat.mjs:1:1)";
    expect(firstFrame(error)).toBe("lean (/var/task/lean-meat.mjs:1:1)");
  });

  test.each([
    ["undefined", undefined],
    ["a string", "no"],
    ["null", null],
    ["an object whose stack is a number", { stack: 7 }],
    [
      "an object whose stack throws",
      Object.defineProperty({}, "stack", {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
    [
      "a revoked proxy",
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
  ])("is absent for %s", (_, thrown) => {
    expect(firstFrame(thrown)).toBeUndefined();
  });

  test("is at most 200 characters", () => {
    expect(firstFrame({ stack: `Error\n    at ${"x".repeat(1_000)}` })).toHaveLength(200);
  });
});
