/** What fragments in the documents use without declaring it. A fragment is a function of a construct: `this` is its scope. */
import type { App, Stack } from "aws-cdk-lib";
import type * as cdkEvents from "aws-cdk-lib/aws-events";
import type * as cdkFirehose from "aws-cdk-lib/aws-kinesisfirehose";
import type * as cdkLambda from "aws-cdk-lib/aws-lambda";
import type * as cdkSns from "aws-cdk-lib/aws-sns";
import type * as cdkSqs from "aws-cdk-lib/aws-sqs";
import { defineContract, event } from "fanfare";
import type * as infra from "fanfare/infra";
import type { DeployedApp } from "fanfare/testing";
import { z } from "zod";

const ordersContract = defineContract("orders", {
  OrderPlaced: event({
    schema: z.object({
      orderId: z.string(),
      region: z.enum(["eu", "us"]),
      total: z.number(),
      customer: z.object({ tier: z.enum(["gold", "platinum", "none"]) }),
    }),
    attributes: { region: (order) => order.region },
  }),
  OrderCancelled: event({ schema: z.object({ orderId: z.string() }) }),
});

const imagesContract = defineContract("images", { ImageUploaded: event({ schema: z.object({ key: z.string() }) }) });

declare global {
  const app: App & DeployedApp;
  const home: Stack;
  const virginia: Stack;
  const orders: typeof ordersContract;
  const topic: infra.FanoutTopic<typeof ordersContract>;
  const work: infra.WorkQueue<typeof imagesContract>;
  const AdoptedQueue: typeof infra.AdoptedQueue;
  const FanoutTopic: typeof infra.FanoutTopic;
  const pages: cdkSns.ITopic;
  const pagesInEurope: cdkSns.ITopic;
  const pagesInVirginia: cdkSns.ITopic;
  const eventBus: cdkEvents.IEventBus;
  const stream: cdkFirehose.IDeliveryStream;
  const mailQueue: cdkSqs.Queue;
  const mailer: cdkLambda.IFunction;
  const request: Request;
  const ordersTopicArn: string;
  const data: object;
  const expect: (value: unknown) => { toMatchObject(expected: object): void };
  const events: typeof cdkEvents;
  const sqs: typeof cdkSqs;
}
