import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { verifySnsMessage } from "../../../lib/sns/index.ts";
import { type DeployedApp, type DeployOptions, deploy } from "../../../lib/testing/index.ts";
import { orders } from "../testing/app/contract.ts";

type RuntimeEvent = Parameters<NonNullable<DeployOptions["onEvent"]>>[0];
type Outside = Extract<RuntimeEvent, { type: "outside" }>;

let outdir: string;
let app: DeployedApp;
const outside: Outside[] = [];
const lines: string[] = [];

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-push-"));
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), "Shop");
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false });
  const where = { region: ["eu"] } as const;
  const code = "exports.handler = async ({ Records: [{ Sns }] }) => console.log('pushed ' + Sns.Message);";
  topic.push("Audit", {
    lambda: new lambda.Function(stack, "Audit", {
      code: lambda.Code.fromInline(code),
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
    }),
    where,
  });
  topic.push("Partner", { https: "https://partner.example/events", where });
  topic.push("Raw", { https: "https://raw.example/events", raw: true, whereData: { note: ["for raw"] } });
  topic.push("Ops", { email: "ops@example.com", where });
  topic.push("Mailbox", { email: "box@example.com", json: true, where });
  topic.push("Duty", { sms: "+4915112345678", where });
  topic.push("Lake", { firehose: "arn:aws:firehose:eu-central-1:000000000000:deliverystream/lake", where });
  app = await deploy(
    { stack },
    {
      onEvent: (event) => event.type === "outside" && outside.push(event),
      onLog: ({ line }) => lines.push(line),
    },
  );
});

afterAll(async () => {
  await app?.close();
  await rm(outdir, { recursive: true, force: true });
});

const idsIn = (text: string): string[] => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? "");
const sentTo = (endpoint: string) => outside.filter((each) => each.endpoint === endpoint);

test("each push subscriber gets the events of its filter, in its form; an HTTPS receiver can verify them", async () => {
  const publish = app.publisher(orders, "Shop/Orders");
  const eu = await publish("OrderPlaced", { orderId: "o-1", region: "eu", note: "" });
  const us = await publish("OrderPlaced", { orderId: "o-2", region: "us", note: "for raw" });
  await app.whenQuiet();

  expect(lines.filter((line) => line.includes("pushed ")).flatMap(idsIn)).toEqual([eu.id]);
  for (const endpoint of [
    "ops@example.com",
    "+4915112345678",
    "arn:aws:firehose:eu-central-1:000000000000:deliverystream/lake",
  ]) {
    // The envelope alone.
    expect(sentTo(endpoint).map(({ body }) => JSON.parse(body).id)).toEqual([eu.id]);
  }
  expect(sentTo("https://raw.example/events").map(({ body }) => JSON.parse(body).id)).toEqual([us.id]);
  expect(sentTo("box@example.com").map(({ body }) => JSON.parse(body).Type)).toEqual(["Notification"]);

  const [request, ...others] = sentTo("https://partner.example/events");
  expect(others).toEqual([]);
  const body = request?.body ?? "";
  const topicArns = [app.runtime.deployment.find("Shop/Orders/Topic", "AWS::SNS::Topic").physicalId];
  const certificate = await (await fetch(`${app.runtime.endpoint}/SimpleNotificationService-local.pem`)).text();
  const message = await verifySnsMessage(body, { topicArns, certificate });
  expect(JSON.parse(message.Message)).toMatchObject({ id: eu.id, data: { orderId: "o-1" } });
  const forged = JSON.stringify({ ...JSON.parse(body), Message: "forged" });
  await expect(verifySnsMessage(forged, { topicArns, certificate })).rejects.toMatchObject({
    code: "SignatureInvalid",
  });
});
