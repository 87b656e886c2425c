/** Type tests of `fanfare/infra`: never run. The compiler checks it; an unused `@ts-expect-error` is an error too. */
import { Duration, Stack } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { z } from "zod";
import { FanoutTopic, type Subscriber, WorkQueue } from "../../infra/constructs/index.ts";
import { type AnyContract, defineContract, event } from "../../lib/contract/index.ts";

const orders = defineContract("orders", {
  OrderPlaced: event({
    schema: z.object({ orderId: z.string(), region: z.enum(["eu", "us"]), total: z.number() }),
    attributes: { region: (order) => order.region, total: (order) => order.total },
  }),
  OrderCancelled: event({
    schema: z.object({ orderId: z.string(), reason: z.string() }),
    attributes: { reason: (order) => order.reason },
  }),
});

const stack = new Stack();
const topic = new FanoutTopic(stack, "Orders", { contract: orders });

export const subscriber: Subscriber = topic.fanOut("All");
export const contract: typeof orders = topic.contract;
export const general: FanoutTopic<AnyContract> = topic;
export const untyped: FanoutTopic = topic;

topic.fanOut("Billing", {
  events: ["OrderPlaced"],
  where: { region: ["eu"], total: [{ numeric: [">=", 100] }] },
  handler: { entry: "billing.ts", timeout: Duration.seconds(5) },
  guarantee: "exactly-once",
});
topic.fanOut("Across", { where: { reason: ["fraud", { exists: false }], region: [{ exists: false }, "eu"] } });
topic.fanOut("Either", { where: { $or: [{ region: ["eu"] }, { reason: ["fraud"] }] } });
topic.fanOut("Alternatives", { events: ["OrderPlaced"], where: { $or: [{ region: ["eu"] }, { total: [1] }] } });
export const withFunction = (fn: lambda.IFunction): Subscriber => topic.fanOut("Own", { handler: fn });

// @ts-expect-error the contract has no such event
topic.fanOut("A", { events: ["OrderPaid"] });
// @ts-expect-error no event sets this attribute
topic.fanOut("B", { where: { colour: ["red"] } });
// @ts-expect-error the event named does not set this attribute
topic.fanOut("C", { events: ["OrderCancelled"], where: { region: ["eu"] } });
// @ts-expect-error OrderCancelled does not set this attribute, so it would never arrive
topic.fanOut("Lost", { where: { region: ["eu"] } });
// @ts-expect-error the same, with the events named
topic.fanOut("LostByName", { events: ["OrderPlaced", "OrderCancelled"], where: { total: [1] } });
// @ts-expect-error the same for the condition that the attribute exists
topic.fanOut("LostByExistence", { where: { reason: [{ exists: true }] } });
// @ts-expect-error the same for a condition that excludes values
topic.fanOut("LostByExclusion", { where: { region: [{ "anything-but": ["us"] }] } });
// @ts-expect-error "asia" is not one of the schema's regions
topic.fanOut("D", { events: ["OrderPlaced"], where: { region: ["asia"] } });
// @ts-expect-error a number attribute has no prefix
topic.fanOut("E", { where: { total: [{ prefix: "1" }] } });
// @ts-expect-error conditions are lists
topic.fanOut("F", { where: { region: "eu" } });
topic.fanOut("Data", {
  events: ["OrderPlaced"],
  whereData: { region: ["eu", { prefix: "u" }], total: [{ numeric: [">", 5] }] },
});
topic.fanOut("DataOfAll", { whereData: { orderId: [{ prefix: "eu-" }] } });
topic.fanOut("DataAcross", { whereData: { region: ["eu", { exists: false }], reason: [{ exists: false }, "fraud"] } });
// @ts-expect-error OrderCancelled has no such field, so it would never arrive
topic.fanOut("DataLost", { whereData: { region: ["eu"] } });
// @ts-expect-error the same, with the events named
topic.fanOut("DataLostByName", { events: ["OrderPlaced", "OrderCancelled"], whereData: { reason: ["fraud"] } });

const nested = defineContract("nested", {
  A: event({
    schema: z.object({
      customer: z.object({ tier: z.string(), id: z.string() }),
      lines: z.array(z.object({ sku: z.string() })),
      payment: z.union([z.object({ card: z.string() }), z.object({ cash: z.number() })]),
    }),
  }),
  B: event({
    schema: z.object({ customer: z.object({ id: z.string() }), lines: z.array(z.object({ id: z.string() })) }),
  }),
});
const deep = new FanoutTopic(stack, "Nested", { contract: nested });
deep.fanOut("Deep", { whereData: { customer: { id: ["c-1"], tier: ["gold", { exists: false }] } } });
deep.fanOut("DeepVariant", { events: ["A"], whereData: { payment: { card: ["visa"] }, lines: { sku: ["s-1"] } } });
// @ts-expect-error B has no tier
deep.fanOut("DeepLost", { whereData: { customer: { tier: ["gold"] } } });
// @ts-expect-error B's lines have no sku
deep.fanOut("DeepLostItem", { whereData: { lines: { sku: ["s-1"] } } });
// @ts-expect-error B has no payment
deep.fanOut("DeepLostObject", { whereData: { payment: { card: ["visa"] } } });
// @ts-expect-error the data has no such field
topic.fanOut("DataField", { whereData: { regoin: ["eu"] } });
// @ts-expect-error "asia" is not one of the schema's regions
topic.fanOut("DataValue", { events: ["OrderPlaced"], whereData: { region: ["asia"] } });
// @ts-expect-error a number has no prefix
topic.fanOut("DataCondition", { whereData: { total: [{ prefix: "1" }] } });
// @ts-expect-error there is no such guarantee
topic.fanOut("G", { guarantee: "at-best" });
// @ts-expect-error a handler needs an entry
topic.fanOut("H", { handler: { timeout: Duration.seconds(5) } });
// @ts-expect-error there is no such option
topic.fanOut("I", { maxConcurency: 5 });
// @ts-expect-error a topic needs a contract
new FanoutTopic(stack, "None", {});
// @ts-expect-error the type of a topic is an option of its own
new FanoutTopic(stack, "Props", { contract: orders, topicProps: { fifo: true } });

// @ts-expect-error a queue has no starting position
topic.fanOut("Stream", { handler: { entry: "billing.ts" }, eventSourceProps: { bisectBatchOnError: true } });
export const work: WorkQueue<typeof orders> = new WorkQueue(stack, "Work", { contract: orders, batchSize: 5 });
// @ts-expect-error a queue without a topic has no filter
new WorkQueue(stack, "Filtered", { contract: orders, where: { region: ["eu"] } });
// @ts-expect-error a queue without a topic has no message size of a topic
new WorkQueue(stack, "Sized", { contract: orders, maximumMessageSize: 5 });
