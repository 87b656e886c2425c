import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connect,
  discoverFleet,
  findDeadLetters,
  findSubscriber,
  setMappingEnabled,
  snapshotOf,
} from "../../../lib/ops/index.ts";
import { Beside } from "./beside.ts";
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

const GONE = { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "The specified queue does not exist." };
const NO_STACK = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
<Code>ValidationError</Code><Message>Stack with id Old does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

test("queues that others delete meanwhile are left out, and those of a deleted stack are found", async () => {
  const asked: string[] = [];
  await using beside = await Beside.start(shop.runtime.endpoint, (operation, input, text) => {
    asked.push(operation.startsWith("POST") ? (/Action=(\w+)/.exec(text)?.[1] ?? "") : operation);
    const isOfDead = String(input.QueueUrl ?? "").endsWith("/shop-billing-dlq");
    if (operation === "AmazonSQS.ListQueueTags") {
      return isOfDead
        ? { status: 400, body: GONE }
        : { status: 200, body: { Tags: { "aws:cloudformation:stack-name": "Old" } } };
    }
    const isCount = Array.isArray(input.AttributeNames) && !input.AttributeNames.includes("All");
    if (operation === "AmazonSQS.GetQueueAttributes" && isOfDead && isCount) {
      return { status: 400, body: GONE };
    }
    return text.includes("Action=GetTemplateSummary") ? { status: 400, body: NO_STACK } : undefined;
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const cloud = connect({ endpoint: beside.endpoint, region: "eu-central-1", credentials });
  const fleet = await discoverFleet(cloud);
  expect(fleet).toMatchObject({ source: "attributes", subscribers: [{ name: "shop.Billing" }] });
  const { subscribers } = await snapshotOf(cloud, fleet);
  expect(subscribers).toMatchObject([{ name: "shop.Billing", deadLetters: { visible: 0 } }]);
  expect(asked).toEqual(expect.arrayContaining(["AmazonSQS.ListQueueTags", "GetTemplateSummary"]));
});

test.each([200, 400])("an emulator that answers CloudWatch in XML, with status %i, has none", async (status) => {
  const asked: string[] = [];
  await using beside = await Beside.start(shop.runtime.endpoint, (operation) => {
    asked.push(operation);
    return /GraniteServiceVersion20100801|monitoring|GetMetricData/.test(operation)
      ? { status, body: '<?xml version="1.0"?><ErrorResponse><Error><Code>Other</Code></Error></ErrorResponse>' }
      : undefined;
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const cloud = connect({ endpoint: beside.endpoint, region: "eu-central-1", credentials });
  const { subscribers } = await snapshotOf(cloud, await shop.fleet());
  expect(subscribers).toMatchObject([{ name: "Orders/Billing", oldestSeconds: undefined }]);
  expect(asked.some((operation) => operation.includes("GetMetricData"))).toBe(true);
});

test("a subscription that is deleted while it is described is left out", async () => {
  await using beside = await Beside.start(shop.runtime.endpoint, (_operation, _, text) =>
    text.startsWith("Action=GetSubscriptionAttributes&")
      ? {
          status: 404,
          body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Subscription does not exist</Message></Error></ErrorResponse>",
        }
      : undefined,
  );
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const cloud = connect({ endpoint: beside.endpoint, region: "eu-central-1", credentials });
  const { subscribers } = await discoverFleet(cloud);
  expect(subscribers.map(({ queue }) => queue.name)).toEqual(["shop-billing"]);
  expect(subscribers.flatMap(({ subscriptions }) => subscriptions)).toEqual([]);
});

test("the manifest is found by the tag that CloudFormation sets on queues", async () => {
  const [manifest] = shop.manifests;
  const metadata = JSON.stringify({ Fanfare: manifest });
  await using beside = await Beside.start(shop.runtime.endpoint, (operation, _, text) => {
    if (operation === "AmazonSQS.ListQueueTags") {
      return { status: 200, body: { Tags: { "aws:cloudformation:stack-name": "Shop" } } };
    }
    return /^Action=GetTemplateSummary&.*StackName=Shop$/.test(text)
      ? {
          status: 200,
          body: `<GetTemplateSummaryResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateSummaryResult><Metadata>${metadata}</Metadata></GetTemplateSummaryResult></GetTemplateSummaryResponse>`,
        }
      : undefined;
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const cloud = connect({ endpoint: beside.endpoint, region: "eu-central-1", credentials });
  expect(await discoverFleet(cloud)).toMatchObject({
    source: "manifest",
    missing: [],
    subscribers: [{ name: "Orders/Billing", promised: { retentionSeconds: 345_600 } }],
  });
});
