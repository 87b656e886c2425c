import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { type DeployedApp, deploy } from "../../../lib/testing/index.ts";
import { orders } from "../testing/app/contract.ts";

let home: string;
let app: DeployedApp;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "fanfare-replay-"));
});

afterAll(async () => {
  await app?.close();
  await rm(home, { recursive: true, force: true });
});

const handler = { entry: "test/integration/testing/app/handlers/billing.ts", timeout: Duration.seconds(2) };

/** The shop, and from its second version on a subscriber that wants what was published before it existed. */
function shop(outdir: string, lateFrom?: Date): App {
  const shopApp = new App({ outdir: join(home, outdir), analyticsReporting: false });
  const stack = new Stack(shopApp, "Shop");
  const topic = new FanoutTopic(stack, "Orders", {
    contract: orders,
    fifo: true,
    messageRetentionPeriodInDays: 7,
    alarms: false,
    dashboard: false,
  });
  topic.fanOut("Billing", { handler });
  if (lateFrom !== undefined) {
    topic.fanOut("Late", { handler, replay: { from: lateFrom }, where: { region: ["eu"] } });
  }
  return shopApp;
}

test("a subscriber that is added later gets the archived events that its filter matches, in order, and then new ones", async () => {
  const before = new Date();
  app = await deploy({ stack: shop("first") });
  const publish = app.publisher(orders, "Shop/Orders");
  const order = { orderId: "o-1", region: "eu", note: "" } as const;
  const first = await publish("OrderPlaced", order);
  const second = await publish("OrderPlaced", order);
  await publish("OrderPlaced", { ...order, region: "us" });
  await app.whenQuiet();
  expect(app.processed("Billing")).toHaveLength(3);

  await app.runtime.reload(shop("second", before).synth().directory);
  await app.whenQuiet();
  const third = await app.publisher(orders, "Shop/Orders")("OrderPlaced", order);
  await app.whenQuiet();
  expect(app.processed("Late").map(({ eventId }) => eventId)).toEqual([first.id, second.id, third.id]);
  expect(app.processed("Billing")).toHaveLength(4);
});
