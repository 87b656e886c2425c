import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addTwoAccounts } from "../../../infra/examples/two-accounts-stacks.ts";
import { ClientPool } from "../../../lib/local/clients/index.ts";
import type { Place } from "../../../lib/local/common/index.ts";
import { type DeployedApp, deploy } from "../../../lib/testing/index.ts";

const SHOP = { accountId: "111122223333", region: "eu-central-1" };
const FAR = { accountId: "111122223333", region: "us-east-1" };
const BILLING = { accountId: "444455556666", region: "eu-central-1" };

let outdir: string;
let app: DeployedApp;
let pool: ClientPool;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-two-accounts-"));
  const env = ({ accountId, region }: Place) => ({ account: accountId, region });
  const cdk = new App({ analyticsReporting: false, outdir });
  addTwoAccounts(cdk, { shop: env(SHOP), analytics: env(FAR), billing: env(BILLING) });
  cdk.synth();
  app = await deploy({ assembly: outdir });
  pool = new ClientPool(app.runtime);
});

afterAll(async () => {
  pool?.close();
  await app?.close();
  await rm(outdir, { recursive: true, force: true });
});

const idOf = (path: string) => app.runtime.deployment.find(path).physicalId;

/** Lets the shop publish an order, and waits until everybody is done with it. */
async function order(customerId: string): Promise<string> {
  const basket = [{ sku: "book", quantity: 1, price: 10 }];
  const request = { customerId, email: "a@example.com", region: "eu", basket };
  const result = await app.runtime.invoke("Shop/Checkout", request);
  if (result.status !== "succeeded") {
    throw new Error(result.error.errorMessage);
  }
  await app.runtime.whenQuiet({ timeoutMs: 45_000 });
  return (result.payload as { orderId: string }).orderId;
}

/** What billing, in another account, and analytics, in another Region, have of an order. */
async function arrived(orderId: string): Promise<{ billed: number; analysed: number }> {
  const ledger = await pool
    .for(BILLING)
    .dynamoDb.send(new GetItemCommand({ TableName: idOf("Billing/Ledger"), Key: { orderId: { S: orderId } } }));
  const { s3 } = pool.for(FAR);
  const Bucket = idOf("Analytics/Lake");
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? "";
    }),
  );
  const billed = ledger.Item?.history?.L?.length ?? 0;
  return { billed, analysed: texts.join("").split(`"orderId":"${orderId}"`).length - 1 };
}

describe("one topic, two accounts and two Regions", () => {
  it("delivers to both, without a confirmation", async () => {
    expect(await arrived(await order("c-1"))).toEqual({ billed: 1, analysed: 1 });
    const TopicArn = idOf("Shop/Orders/Topic");
    const { Subscriptions = [] } = await pool.for(SHOP).sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions.map(({ Endpoint }) => Endpoint?.split(":").slice(3, 5).join(":")).sort()).toEqual([
      "eu-central-1:444455556666",
      "us-east-1:111122223333",
    ]);
    expect(Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn)).not.toContain("PendingConfirmation");
  });

  it("delivers large payloads, which are in the shop's bucket", async () => {
    expect(await arrived(await order("c".repeat(300_000)))).toEqual({ billed: 1, analysed: 1 });
  });

  it("keeps what cannot be delivered beside the topic, where the other account may take it", async () => {
    const { sqs } = pool.for(BILLING);
    const attributes = (Policy: string) => ({ QueueUrl: idOf("Billing/Orders/Billing/Queue"), Attributes: { Policy } });
    await sqs.send(new SetQueueAttributesCommand(attributes("")));
    const customerId = `refused-${randomUUID()}`;
    expect(await arrived(await order(customerId))).toEqual({ billed: 0, analysed: 1 });
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: "shop-orders-for-billing", QueueOwnerAWSAccountId: SHOP.accountId }),
    );
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => JSON.parse(Body ?? "").data.customerId)).toEqual([customerId]);
  });
});
