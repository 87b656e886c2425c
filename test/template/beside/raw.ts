import { Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sns from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import * as sqs from "aws-cdk-lib/aws-sqs";

/** A fan-out as the examples of the CDK's own documentation write it. */
export class RawStack extends Stack {
  readonly topic = new sns.Topic(this, "Orders");
  readonly deadLetters = new sqs.Queue(this, "BillingDeadLetters");
  readonly queue = new sqs.Queue(this, "Billing", { deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 } });
  readonly handler = new lambda.Function(this, "Handler", {
    code: lambda.Code.fromAsset("test/template/fixtures"),
    handler: "billing.handler",
    runtime: lambda.Runtime.NODEJS_24_X,
  });
  readonly subscription = this.topic.addSubscription(
    new SqsSubscription(this.queue, {
      rawMessageDelivery: true,
      filterPolicy: {
        type: sns.SubscriptionFilter.stringFilter({ allowlist: ["orders.OrderPlaced"] }),
        region: sns.SubscriptionFilter.stringFilter({ allowlist: ["eu"] }),
      },
    }),
  );
  readonly source = this.handler.addEventSource(new SqsEventSource(this.queue));
}
