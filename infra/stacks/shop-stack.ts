import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { FanoutTopic, HandlerFunction } from "fanfare/infra";
import { orders } from "../../lambdas/orders/contract.ts";
import { createBucket, createTable } from "./storage.ts";

/** The orders of the shop: published once, delivered to four subscribers. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const ledger = createTable(this, "Ledger", "orderId");
    const stock = createTable(this, "Stock", "sku");
    const outbox = createTable(this, "Outbox", "id");
    const lake = createBucket(this, "Lake");

    const topic = new FanoutTopic(this, "Orders", {
      contract: orders,
      fifo: true,
      alarms: { actionTopic: new sns.Topic(this, "Operations", { enforceSSL: true }) },
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // In order per order id, and exactly once: this is about money.
    const billing = topic.fanOut("Billing", {
      handler: { entry: "lambdas/orders/billing.ts", environment: { LEDGER_TABLE: ledger.tableName } },
    });
    ledger.grantWriteData(billing);

    // Additions can be made in any order. On a standard queue, no event waits for others of its group.
    const inventory = topic.fanOut("Inventory", {
      events: ["OrderPlaced", "OrderCancelled"],
      fifo: false,
      handler: { entry: "lambdas/orders/inventory.ts", environment: { STOCK_TABLE: stock.tableName } },
    });
    stock.grantWriteData(inventory);

    const notification = topic.fanOut("Notification", {
      events: ["OrderPlaced"],
      where: { region: ["eu", "us"], total: [{ numeric: [">=", 100] }] },
      fifo: false,
      handler: { entry: "lambdas/orders/notification.ts", environment: { OUTBOX_TABLE: outbox.tableName } },
    });
    outbox.grantWriteData(notification);

    const analytics = topic.fanOut("Analytics", {
      fifo: false,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      handler: { entry: "lambdas/orders/analytics.ts", environment: { LAKE_BUCKET: lake.bucketName } },
    });
    lake.grantPut(analytics);

    const checkout = new HandlerFunction(this, "Checkout", { entry: "lambdas/orders/checkout.ts" });
    topic.grantPublish(checkout);
    new CfnOutput(this, "OrdersTopicArn", { value: topic.topic.topicArn });
  }
}
