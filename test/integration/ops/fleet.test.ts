import { afterAll, beforeAll, expect, test } from "vitest";
import {
  discoverFleet,
  findDeadLetters,
  findSubscriber,
  setMappingEnabled,
  snapshotOf,
} from "../../../lib/ops/index.ts";
import { Shop, until } from "./shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.start();
});

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

test("a fleet is found by the manifest", async () => {
  const fleet = await shop.fleet();
  expect(fleet).toMatchObject({ source: "manifest", notes: [], missing: [], tables: ["shop-idempotency"] });
  expect(fleet.subscribers).toHaveLength(1);
  expect(fleet.subscribers[0]).toMatchObject({
    name: "Orders/Billing",
    consumer: "shop.Billing",
    guarantee: "exactly-once",
    table: "shop-idempotency",
    queue: { name: "shop-billing", visibilityTimeoutSeconds: 20, redrive: { maxReceiveCount: 5 } },
    deadLetterQueue: { name: "shop-billing-dlq", retentionSeconds: 1_209_600 },
    subscriptionDeadLetterQueues: [{ name: "shop-billing-undelivered" }],
    subscriptions: [{ raw: true, filterPolicy: { type: ["shop.OrderPlaced"] } }],
    mappings: [{ functionName: "shop-billing", enabled: true, partialBatchResponses: true }],
  });
  expect(fleet.topics).toMatchObject([{ name: "shop-orders", fifo: false }]);
});

test("without a manifest, the queues' own attributes say what belongs together", async () => {
  const fleet = await discoverFleet(shop.cloud);
  expect(fleet.source).toBe("attributes");
  expect(fleet.subscribers.map(({ name, queue }) => [name, queue.name])).toEqual([["shop.Billing", "shop-billing"]]);
  expect(findDeadLetters(fleet, "Billing").queue.name).toBe("shop-billing-dlq");
});

test("a subscriber is found by any of its names, and an unknown name is told with those that exist", async () => {
  const fleet = await shop.fleet();
  for (const name of [
    "Orders/Billing",
    "Billing",
    "shop.Billing",
    "shop-billing",
    "shop-billing-dlq",
    shop.url("Work"),
  ]) {
    expect(findSubscriber(fleet, name).name).toBe("Orders/Billing");
  }
  expect(() => findSubscriber(fleet, "Shipping")).toThrow(/no subscriber or queue Shipping.*Orders\/Billing/);
});

test("a paused mapping leaves messages in the queue, and a resumed one processes them", async () => {
  const fleet = await shop.fleet();
  const [mapping] = findSubscriber(fleet, "Billing").mappings;
  await setMappingEnabled(shop.cloud, mapping?.id ?? "", false);
  await shop.send("Work", ["a-1", "a-2", "a-3"]);
  const paused = await shop.fleet();
  const snapshot = await snapshotOf(shop.cloud, paused);
  expect(snapshot.subscribers).toMatchObject([
    { name: "Orders/Billing", queue: { visible: 3, inFlight: 0 }, warnings: ["paused: its mapping is disabled"] },
  ]);
  await setMappingEnabled(shop.cloud, mapping?.id ?? "", true);
  await until(() => shop.effects.length === 3, "three orders are charged");
  const later = { ...snapshot, at: snapshot.at - 1_000 };
  await until(async () => {
    const [status] = (await snapshotOf(shop.cloud, await shop.fleet(), later)).subscribers;
    return status?.queue.visible === 0 && status.queue.inFlight === 0 && (status.drainRate ?? 0) > 0;
  }, "the queue drains");
});
