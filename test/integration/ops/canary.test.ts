import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import {
  type CanaryOptions,
  type CanaryProgress,
  canaryRedrive,
  findDeadLetters,
  findSubscriber,
  type LetterFilter,
  setMappingEnabled,
} from "../../../lib/ops/index.ts";
import { Shop, type ShopOptions, until } from "./shop.ts";

const LETTERS = 40;

async function depth(shop: Shop, logicalId: string): Promise<number> {
  const { Attributes = {} } = await shop.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: shop.url(logicalId), AttributeNames: ["All"] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

/** A shop whose orders were all declined. */
async function broken(options: ShopOptions, letters = LETTERS): Promise<Shop> {
  const shop = await Shop.start(options);
  shop.break("declined");
  await shop.send(
    "Work",
    Array.from({ length: letters }, (_, index) => `g${index % 8}-${index}`),
  );
  await until(async () => (await depth(shop, "Dead")) === letters, "all orders are dead-lettered");
  return shop;
}

async function redrive(shop: Shop, options: CanaryOptions = {}, filter: LetterFilter = { all: true }) {
  const told: CanaryProgress[] = [];
  const target = findDeadLetters(await shop.fleet(), "Billing");
  for await (const progress of canaryRedrive(shop.cloud, target, filter, {
    quietSeconds: 0.5,
    settleSeconds: 30,
    leaseSeconds: 5,
    ...options,
  })) {
    told.push(progress);
  }
  const last = told.at(-1);
  if (last === undefined) {
    throw new Error("no progress was told");
  }
  return { told, last, steps: last.steps };
}

describe.each<[string, ShopOptions]>([
  ["exactly-once", { guarantee: "exactly-once" }],
  ["at-least-once", { guarantee: "at-least-once" }],
  ["exactly-once on FIFO", { guarantee: "exactly-once", fifo: true }],
  ["at-least-once on FIFO", { guarantee: "at-least-once", fifo: true }],
])("a canary redrive, %s", (_, options) => {
  const table = options.guarantee === "exactly-once";

  test("goes on to the end when the fix works", async () => {
    await using shop = await broken(options);
    shop.break(undefined);
    const { steps, last, told } = await redrive(shop);
    expect(last).toMatchObject({ done: true, stopped: undefined, moved: LETTERS, failed: 0 });
    expect(steps.map(({ state, moved, back, processed }) => ({ state, moved, back, processed }))).toEqual(
      [1, 10, LETTERS - 11].map((moved) => ({ state: "passed", moved, back: 0, processed: table ? moved : 0 })),
    );
    // Each step is seen while it goes on.
    for (const length of [1, 2, 3]) {
      const own = told.filter((each) => each.steps.length === length).map((each) => each.steps.at(-1)?.state);
      expect([...new Set(own)]).toEqual(["moving", "watching", "passed"]);
    }
    await until(() => shop.effects.length === LETTERS, "all orders are charged");
    expect(new Set(shop.effects).size).toBe(LETTERS);
  });

  test("stops after one letter when the fix does not work", async () => {
    await using shop = await broken(options);
    const { last, steps } = await redrive(shop);
    expect(last).toMatchObject({ done: true, moved: 1 });
    expect(last.stopped).toMatch(/^1 of 1 dead letters came back to shop-billing-dlq/);
    expect(last.stopped).toContain("fix the cause");
    expect(steps).toMatchObject([{ state: "stopped", moved: 1, back: 1 }]);
    expect(await depth(shop, "Dead")).toBe(LETTERS);
    expect(shop.effects).toEqual([]);
  });
});

test("what came back is told with its cause, also if that is another one than before", async () => {
  await using shop = await broken({});
  shop.break("type");
  const { last, steps } = await redrive(shop);
  expect(steps.at(-1)?.causes).toMatchObject([{ error: "Permanent", message: "unexpected null in card", count: 1 }]);
  expect(last.stopped).toContain("unexpected null in card");
});

test("a fix that works for seven of ten is stopped, and nothing is lost or charged twice", async () => {
  await using shop = await broken({}, 100);
  shop.break("some");
  const { last, steps } = await redrive(shop);
  expect(last.stopped, JSON.stringify(steps)).toMatch(/letters came back.*card expired/);
  const stopped = steps.at(-1);
  expect(stopped?.state).toBe("stopped");
  expect((stopped?.back ?? 0) / (stopped?.moved ?? 1)).toBeGreaterThan(0.2);
  // What the last step had under way is processed too.
  await until(async () => (await depth(shop, "Work")) === 0, "the queue is empty");
  await until(async () => shop.effects.length + (await depth(shop, "Dead")) === 100, "each order is charged or dead");
  expect(new Set(shop.effects).size).toBe(shop.effects.length);
});

test("one of ten may come back", async () => {
  await using shop = await Shop.start({ fifo: true });
  const totals = Array.from({ length: 16 }, (_, total) => total);
  shop.break("declined");
  await shop.send(
    "Work",
    totals.map((total) => `g-${total}`),
  );
  await until(async () => (await depth(shop, "Dead")) === totals.length, "all orders are dead-lettered");
  // In the order of their group: 3 is charged; of the ten from 4 on, 10 is not.
  shop.break("some");
  const ids = totals.filter((total) => total % 10 >= 3 || total === 10).map((total) => `event-g-${total}`);
  const { last, steps } = await redrive(shop, {}, { ids });
  expect(last.stopped).toBeUndefined();
  expect(steps.map(({ moved, processed, back }) => ({ moved, processed, back }))).toEqual([
    { moved: 1, processed: 1, back: 0 },
    { moved: ids.length - 1, processed: ids.length - 2, back: 1 },
  ]);
});

test("a limit ends it, and so does an empty queue", async () => {
  await using shop = await broken({});
  shop.break(undefined);
  const first = await redrive(shop, { limit: 5 });
  expect(first.steps.map(({ moved, state }) => [moved, state])).toEqual([
    [1, "passed"],
    [4, "passed"],
  ]);
  expect(first.last).toMatchObject({ done: true, moved: 5 });
  const second = await redrive(shop, {}, { ids: ["event-none"] });
  expect(second.last).toMatchObject({ done: true, moved: 0, steps: [] });
});

test("letters that nobody processes stop it, with what to look at", async () => {
  await using shop = await broken({});
  shop.break(undefined);
  const [mapping] = findSubscriber(await shop.fleet(), "Billing").mappings;
  await setMappingEnabled(shop.cloud, mapping?.id ?? "", false);
  await expect(redrive(shop)).rejects.toThrow(/paused.*fanfare resume/);
  const fleet = await shop.fleet();
  const target = findDeadLetters(fleet, "Billing");
  // As it looks to a person who may not read mappings.
  const blind = { ...target, subscriber: { ...target.subscriber, mappings: [] } };
  const told: CanaryProgress[] = [];
  for await (const progress of canaryRedrive(
    shop.cloud,
    blind,
    { all: true },
    { settleSeconds: 1, quietSeconds: 0.2 },
  )) {
    told.push(progress);
  }
  expect(told.at(-1)?.stopped).toMatch(/1 of 1 dead letters were neither processed nor back after 1 s/);
  expect(await depth(shop, "Dead")).toBe(LETTERS - 1);
});
