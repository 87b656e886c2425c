import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FanoutTopic, WorkQueue } from "../../../infra/constructs/index.ts";
import { type DeployedApp, deploy } from "../../../lib/testing/index.ts";
import { orders } from "../testing/app/contract.ts";

let outdir: string;
let app: DeployedApp;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-event-bridge-"));
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), "Shop");
  const work = new WorkQueue(stack, "Work", {
    contract: orders,
    handler: { entry: "test/integration/testing/app/handlers/billing.ts", timeout: Duration.seconds(2) },
    alarms: false,
    dashboard: false,
  });
  const eventPattern = { source: ["shop.till"] };
  new events.Rule(stack, "Sold", { eventPattern, targets: [work.eventBridgeTarget("OrderPlaced")] });

  // Topic -> queue -> pipe -> bus -> rule -> work queue.
  const eventBus = new events.EventBus(stack, "Bus");
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false });
  topic.toEventBus("ToBus", { eventBus, where: { region: ["eu"] } });
  const archive = new WorkQueue(stack, "Archive", {
    contract: orders,
    handler: { entry: "test/integration/testing/app/handlers/billing.ts", timeout: Duration.seconds(2) },
    alarms: false,
    dashboard: false,
  });
  const target = archive.eventBridgeTarget("OrderPlaced", {
    id: events.EventField.fromPath("$.detail.id"),
    data: { orderId: events.EventField.fromPath("$.detail.data.orderId"), region: "eu", note: "from the bus" },
  });
  new events.Rule(stack, "Archived", {
    eventBus,
    eventPattern: { detailType: ["orders.OrderPlaced"], detail: { data: { note: ["keep"] } } },
    targets: [target],
  });

  // Rule -> topic -> queue.
  const sales = new FanoutTopic(stack, "Sales", { contract: orders, alarms: false, dashboard: false });
  const handler = { entry: "test/integration/testing/app/handlers/billing.ts", timeout: Duration.seconds(2) };
  sales.fanOut("Ledger", { filter: "body", handler });
  sales.fanOut("Keepers", { whereData: { note: ["keep"] }, handler });
  new events.Rule(stack, "Resold", {
    eventPattern: { source: ["shop.market"] },
    targets: [sales.eventBridgeTarget("OrderPlaced")],
  });
  app = await deploy({ stack });
});

afterAll(async () => {
  await app?.close();
  await rm(outdir, { recursive: true, force: true });
});

const sold = (id: string, detail: object, source = "shop.till") =>
  app.runtime.putEvent({
    version: "0",
    id,
    "detail-type": "Sold",
    source,
    account: "000000000000",
    time: "2026-11-29T10:00:00Z",
    region: "eu-central-1",
    resources: [],
    detail: { ...detail },
  });

test("an event of EventBridge is handled once, though it is delivered twice; wrong data is dead-lettered", async () => {
  const order = { orderId: 'o-"1"', region: "eu", note: "" };
  await sold("e-1", order);
  await sold("e-1", order);
  await sold("e-2", { orderId: "o-2", region: "mars", note: "" });
  await app.whenQuiet();
  expect(app.processed("Work")).toMatchObject([{ eventId: "e-1" }]);
  const [deadLetter, ...others] = await app.deadLettered("Work");
  expect(others).toEqual([]);
  expect(deadLetter).toMatchObject({
    event: { id: "e-2", type: "orders.OrderPlaced" },
    reason: { error: "SchemaMismatch" },
  });
  expect(JSON.parse(deadLetter?.body ?? "")).toMatchObject({ source: "shop.till", time: "2026-11-29T10:00:00Z" });
});

test("a rule publishes to a topic, whose subscribers filter on the body", async () => {
  await sold("m-1", { orderId: "o-8", region: "eu", note: "keep" }, "shop.market");
  await sold("m-2", { orderId: "o-9", region: "eu", note: "" }, "shop.market");
  await app.whenQuiet();
  const idsAt = (subscriber: string) =>
    app
      .processed(subscriber)
      .map(({ eventId }) => eventId)
      .sort();
  expect({ ledger: idsAt("Ledger"), keepers: idsAt("Keepers") }).toEqual({ ledger: ["m-1", "m-2"], keepers: ["m-1"] });
});

test("events of a topic arrive on a bus with the envelope as detail, and its rules see them", async () => {
  expect(app.runtime.deployment.leftOut).toEqual([]);
  const publish = app.publisher(orders, "Shop/Orders");
  const order = { orderId: "o-7", region: "eu", note: "keep" } as const;
  const kept = await publish("OrderPlaced", order);
  await publish("OrderPlaced", { ...order, note: "drop" });
  await publish("OrderPlaced", { ...order, region: "us" });
  await app.whenQuiet();
  expect(app.processed("Archive").map(({ eventId }) => eventId)).toEqual([kept.id]);
});

test("what a pipe cannot put on the bus is dead-lettered after its last receive", async () => {
  // Without a source, which EventBridge requires.
  await app.deliver("Shop/Orders/ToBus", { body: '{"no":"envelope"}' });
  const letters = async () => {
    app.advance({ seconds: 31 });
    return await app.deadLettered("Shop/Orders/ToBus");
  };
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1), { timeout: 20_000, interval: 100 });
});
