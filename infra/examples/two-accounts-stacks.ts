import { type App, type Environment, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { FanoutTopic, HandlerFunction } from "fanfare/infra";
import { orders } from "../../lambdas/orders/contract.ts";
import { createBucket, createTable } from "../stacks/storage.ts";

/** Where the stacks are deployed. */
export interface ConsumerPlaces {
  readonly shop: Required<Environment>;
  /** Another Region of the shop's account. */
  readonly analytics: Required<Environment>;
  /** Another account. */
  readonly billing: Required<Environment>;
}

/** Names on which the apps of two accounts agree. */
const TOPIC = "shop-orders";
const DEAD_LETTERS = "shop-orders-for-billing";
const payloadBucket = (account: string) => `shop-orders-payloads-${account}`;

interface ShopProps extends StackProps {
  readonly billingAccount: string;
  readonly bucketName: string;
}

/** The account of the shop: it owns the topic, publishes, and shares the topic. */
class ShopStack extends Stack {
  readonly topic: FanoutTopic<typeof orders>;

  constructor(scope: Construct, id: string, { billingAccount, bucketName, ...props }: ShopProps) {
    super(scope, id, props);
    const bucket = new s3.Bucket(this, "Payloads", {
      bucketName,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new FanoutTopic(this, "Orders", {
      contract: orders,
      topicProps: { topicName: TOPIC },
      largePayloads: { bucket },
      alarms: operations(this),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic.shareWith({ accounts: [billingAccount], subscriptionDeadLetter: { queueName: DEAD_LETTERS } });
    this.topic.grantPublish(new HandlerFunction(this, "Checkout", { entry: "lambdas/orders/checkout.ts" }));
  }
}

interface AnalyticsProps extends StackProps {
  readonly topic: FanoutTopic<typeof orders>;
}

/** Another Region of the same account, in the same app. */
class AnalyticsStack extends Stack {
  constructor(scope: Construct, id: string, { topic, ...props }: AnalyticsProps) {
    super(scope, id, props);
    const lake = createBucket(this, "Lake");
    const analytics = topic.fanOut("Analytics", {
      scope: this,
      handler: { entry: "lambdas/orders/analytics.ts", environment: { LAKE_BUCKET: lake.bucketName } },
      alarms: operations(this),
    });
    lake.grantPut(analytics);
  }
}

interface BillingProps extends StackProps {
  readonly shop: Required<Environment>;
}

/** Another account, whose own app knows the topic by its ARN. */
class BillingStack extends Stack {
  constructor(scope: Construct, id: string, { shop, ...props }: BillingProps) {
    super(scope, id, props);
    const ledger = createTable(this, "Ledger", "orderId");
    const { account, region } = shop;
    const bucket = s3.Bucket.fromBucketAttributes(this, "Payloads", {
      bucketName: payloadBucket(account),
      account,
      region,
    });
    const topic = FanoutTopic.fromTopicArn(this, "Orders", `arn:aws:sns:${region}:${account}:${TOPIC}`, {
      contract: orders,
      shared: true,
      largePayloads: { bucket },
      alarms: operations(this),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const deadLetters = sqs.Queue.fromQueueArn(this, "Undelivered", `arn:aws:sqs:${region}:${account}:${DEAD_LETTERS}`);
    const billing = topic.fanOut("Billing", {
      handler: { entry: "lambdas/orders/billing.ts", environment: { LEDGER_TABLE: ledger.tableName } },
      subscriptionDeadLetter: { queue: deadLetters },
    });
    ledger.grantWriteData(billing);
  }
}

/** Adds the stacks to an app. The topic must exist before it is subscribed to, so Billing comes after Shop. */
export function addTwoAccounts(app: App, { shop, analytics, billing }: ConsumerPlaces): void {
  const bucketName = payloadBucket(shop.account);
  const owner = new ShopStack(app, "Shop", { env: shop, billingAccount: billing.account, bucketName });
  new AnalyticsStack(app, "Analytics", { env: analytics, topic: owner.topic });
  new BillingStack(app, "Billing", { env: billing, shop }).addStackDependency(owner);
}

function operations(scope: Construct) {
  return { actionTopic: new sns.Topic(scope, "Operations", { enforceSSL: true }) };
}
