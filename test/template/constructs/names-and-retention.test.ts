import { Duration, Lazy, NestedStack, Stack, Stage } from "aws-cdk-lib";
import { Construct } from "constructs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestRedelivery } from "../../../infra/constructs/index.ts";
import { physicalName } from "../../../infra/constructs/queue/physical-name.ts";
import { newApp } from "./support.ts";

const options = { fifo: false, maxCharacters: 80 };

describe("physical names", () => {
  test("are made of the stack's name and the path, and end in .fifo on FIFO", () => {
    const scope = new Construct(new Stack(newApp(), "Id", { stackName: "shop" }), "Orders");
    expect(physicalName(scope, options)).toMatch(/^shop-Orders-[0-9a-f]{8}$/);
    expect(physicalName(scope, { ...options, role: "dlq", fifo: true })).toMatch(/^shop-Orders-dlq-[0-9a-f]{8}\.fifo$/);
  });

  test("stay the same from one synthesis to the next", () => {
    const name = () => physicalName(new Construct(new Stack(newApp(), "Shop"), "Orders"), options);
    expect(name()).toBe(name());
  });

  test("take the name of the stack around a nested one, whose own is not known yet", () => {
    const stack = new Stack(newApp(), "Shop");
    const nested = new NestedStack(stack, "Inner");
    expect(physicalName(new Construct(nested, "Orders"), options)).toMatch(/^Shop-Inner-Orders-[0-9a-f]{8}$/);
  });

  test("differ between the stages of an app", () => {
    const app = newApp();
    const name = (stage: string) =>
      physicalName(new Construct(new Stack(new Stage(app, stage), "Shop"), "Orders"), options);
    expect(name("Test")).toMatch(/^Test-Shop-Orders-[0-9a-f]{8}$/);
    expect(name("Live")).toMatch(/^Live-Shop-Orders-[0-9a-f]{8}$/);
  });

  test("are concrete even if the stack's name is not", () => {
    const stack = new Stack(newApp(), "Shop", { stackName: "shop" });
    Object.defineProperty(stack, "stackName", { value: Lazy.string({ produce: () => "later" }) });
    expect(physicalName(new Construct(stack, "Orders"), options)).toMatch(/^Shop-Orders-[0-9a-f]{8}$/);
  });

  test("keep to the limit and to the characters of SQS, and differ, whatever the ids are", () => {
    // A letter first: the constructs library itself trips over the id "toString".
    const id = fc.string({ unit: "binary", maxLength: 100 }).map((text) => `S${text.replaceAll("/", "-")}`);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 2, maxLength: 5 }), fc.boolean(), (ids, fifo) => {
        const stack = new Stack(newApp(), "Shop");
        const names = ids.map((each) => physicalName(new Construct(stack, each), { fifo, maxCharacters: 80 }));
        expect(new Set(names).size).toBe(ids.length);
        for (const name of names) {
          expect(name.length).toBeLessThanOrEqual(80);
          expect(name).toMatch(fifo ? /^[A-Za-z0-9_-]+\.fifo$/ : /^[A-Za-z0-9_-]+$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("the longest redelivery", () => {
  const days = (count: number) => Duration.days(count);

  test("of a queue is twice its retention and its dead-letter queue's", () => {
    expect(longestRedelivery({ queue: days(4), deadLetterQueue: days(14) }).toDays()).toBe(36);
  });

  test("of a subscriber also holds SNS's retries and the subscription's dead-letter queue", () => {
    const path = { queue: days(4), deadLetterQueue: days(14), subscriptionDeadLetterQueue: days(14) };
    expect(longestRedelivery(path).toDays()).toBe(73);
  });

  test("is never shorter when a retention is longer", () => {
    const day = fc.integer({ min: 1, max: 14 });
    fc.assert(
      fc.property(day, day, day, day, (queue, dead, subscription, more) => {
        const path = (q: number, d: number, s: number) =>
          longestRedelivery({
            queue: days(q),
            deadLetterQueue: days(d),
            subscriptionDeadLetterQueue: days(s),
          }).toDays();
        const base = path(queue, dead, subscription);
        expect(path(queue + more, dead, subscription)).toBeGreaterThan(base);
        expect(path(queue, dead + more, subscription)).toBeGreaterThan(base);
        expect(path(queue, dead, subscription + more)).toBeGreaterThan(base);
        expect(base).toBeGreaterThanOrEqual(23 + subscription + queue + dead);
      }),
    );
  });
});
