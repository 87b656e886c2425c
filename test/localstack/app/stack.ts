import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { FanoutTopic, type HandlerOptions, WorkQueue } from "fanfare/infra";
import { ENVIRONMENT } from "../../../lib/names/index.ts";
import { trial } from "./contract.ts";

/** What of a subscriber or work queue the suite has to find again. */
interface Consumer {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly handler: lambda.IFunction | undefined;
}

/** What the suite deploys: both kinds of topic and a work queue, with one subscriber for each thing that is tried. */
export class TrialStack extends Stack {
  readonly #effects: dynamodb.Table;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.#effects = new dynamodb.Table(this, "Effects", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const alarms = { actionTopic: new sns.Topic(this, "Operations", { enforceSSL: true }) };

    const ordered = new FanoutTopic(this, "Ordered", {
      contract: trial,
      fifo: true,
      alarms,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#expose("Sequence", ordered.fanOut("Sequence", this.#consumer("Sequence", "in-order")));
    this.#expose("Mirror", ordered.fanOut("Mirror", { fifo: false }));

    const fanned = new FanoutTopic(this, "Fanned", {
      contract: trial,
      largePayloads: true,
      alarms,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#expose("Everything", fanned.fanOut("Everything", this.#consumer("Everything", "exactly-once")));
    const dear = fanned.fanOut("Dear", {
      events: ["Noted"],
      where: { region: ["eu"], total: [{ numeric: [">=", 100] }] },
      ...this.#consumer("Dear", "exactly-once"),
    });
    this.#expose("Dear", dear);
    // Nobody polls these two: the suite reads them, as something that is not Fanfare would.
    const inbox = fanned.fanOut("Inbox", { events: ["Noted"], where: { total: [{ numeric: ["<", 0] }] } });
    this.#expose("Inbox", inbox);
    const shelf = new WorkQueue(this, "Shelf", {
      contract: trial,
      maxReceiveCount: 2,
      alarms: false,
      dashboard: false,
    });
    this.#expose("Shelf", shelf);

    const work = new WorkQueue(this, "Work", {
      contract: trial,
      alarms,
      removalPolicy: RemovalPolicy.DESTROY,
      guarantee: "at-least-once",
      // Batches must fill, or there is no neighbour that a failure could harm.
      maxBatchingWindow: Duration.seconds(1),
      ...this.#consumer("Work", "at-least-once"),
    });
    this.#expose("Work", work);

    this.#output("OrderedTopicArn", ordered.topic.topicArn);
    this.#output("FannedTopicArn", fanned.topic.topicArn);
    this.#output("PayloadBucketName", fanned.payloadBucket?.bucketName ?? "");
    this.#output("EffectsTableName", this.#effects.tableName);
  }

  #consumer(subscriber: string, entry: string) {
    const handler: HandlerOptions = {
      entry: `test/localstack/app/handlers/${entry}.ts`,
      timeout: Duration.seconds(5),
      environment: { EFFECTS_TABLE: this.#effects.tableName, SUBSCRIBER: subscriber, ...chosenClient() },
    };
    return {
      // Low, so that the suite does not wait for long: the handlers' own backoff is one second.
      maxReceiveCount: 3,
      handler,
    };
  }

  /** Tells the suite where a consumer's messages are, and lets its function write effects. */
  #expose(name: string, { queue, deadLetterQueue, handler }: Consumer): void {
    this.#output(`${name}QueueUrl`, queue.queueUrl);
    this.#output(`${name}DeadLetterQueueUrl`, deadLetterQueue?.queueUrl ?? "");
    if (handler !== undefined) {
      this.#effects.grantReadWriteData(handler);
    }
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}

/** The client that the whole suite is to use (`FANFARE_AWS_CLIENT=sdk npm run test:localstack`), where one is named. */
function chosenClient(): Record<string, string> {
  const client = process.env[ENVIRONMENT.awsClient];
  return client === undefined ? {} : { [ENVIRONMENT.awsClient]: client };
}
