import type { AnyContract } from "../../contract/index.ts";
import type { MemoryAws } from "../clients/index.ts";
import { EFFECTS_TABLE, type EventSubscriber, type Scenario, type Subscriber } from "./options.ts";

/** Where large payloads are stored. */
export const PAYLOADS = { bucket: "fanfare-payloads", prefix: "events/" };

/** The idempotency table. */
export const IDEMPOTENCY_TABLE = "idempotency";

/**
 * Seconds for which the records of processed events are kept, as the constructs compute them: retention of the queue (4 days) and of
 * its dead-letter queue (14 days), and a redrive to the queue (4 days).
 */
export const RETENTION_SECONDS = 22 * 86_400;

/** The visibility timeout of a queue, in function timeouts. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
const VISIBILITY_TIMEOUTS = 6;

/** A subscriber with its queues. */
export interface DeployedSubscriber {
  // biome-ignore lint/suspicious/noExplicitAny: the contract's type does not matter here.
  readonly subscriber: Subscriber<any>;
  readonly name: string;
  readonly fifo: boolean;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
  readonly deadLetterQueueArn: string;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
  /** How it is polled; `undefined` where a function consumes it. */
  readonly poll: EventSubscriber<AnyContract>["poll"];
  readonly maxReceiveCount: number;
}

/** The resources of a scenario. */
export interface Deployment {
  readonly topicArn: string;
  readonly subscribers: readonly DeployedSubscriber[];
}

/** Creates what the constructs create: topic, queues with dead-letter queues, raw subscriptions, bucket and tables. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export function deploy(aws: MemoryAws, scenario: Scenario<any>): Deployment {
  const { context, engine } = aws;
  const fifo = scenario.fifo ?? false;
  engine.s3.call(context, "CreateBucket", { Bucket: PAYLOADS.bucket });
  aws.dynamodb.createTable(IDEMPOTENCY_TABLE);
  aws.dynamodb.createTable(EFFECTS_TABLE);
  const { TopicArn: topicArn = "" } = engine.sns.call(context, "CreateTopic", {
    Name: fifo ? "events.fifo" : "events",
    ...(fifo ? { Attributes: { FifoTopic: "true" } } : {}),
  });
  return {
    topicArn,
    subscribers: scenario.subscribers.map((subscriber) => subscribe(aws, topicArn, fifo, subscriber)),
  };
}

function subscribe(
  { context, engine }: MemoryAws,
  topicArn: string,
  fifoTopic: boolean,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  subscriber: Subscriber<any>,
): DeployedSubscriber {
  const fifo = fifoTopic && subscriber.standardQueue !== true;
  const maxReceiveCount = subscriber.maxReceiveCount ?? 5;
  const timeoutSeconds = subscriber.timeoutSeconds ?? 10;
  const create = (name: string, attributes: Record<string, string>) => {
    const { QueueUrl: url = "" } = engine.sqs.call(context, "CreateQueue", {
      QueueName: fifo ? `${name}.fifo` : name,
      Attributes: { ...attributes, ...(fifo ? { FifoQueue: "true" } : {}) },
    });
    return { url, arn: engine.sqs.resolveQueueUrl(context, url) };
  };
  const deadLetterQueue = create(`${subscriber.name}-dlq`, { MessageRetentionPeriod: "1209600" });
  const queue = create(subscriber.name, {
    VisibilityTimeout: String(VISIBILITY_TIMEOUTS * timeoutSeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount }),
    Policy: policyFor(topicArn),
  });
  engine.sns.call(context, "Subscribe", {
    TopicArn: topicArn,
    Protocol: "sqs",
    Endpoint: queue.arn,
    Attributes: {
      RawMessageDelivery: "true",
      ...(subscriber.filterPolicy === undefined ? {} : { FilterPolicy: JSON.stringify(subscriber.filterPolicy) }),
    },
  });
  return {
    subscriber,
    name: subscriber.name,
    fifo,
    queueUrl: queue.url,
    queueArn: queue.arn,
    deadLetterQueueUrl: deadLetterQueue.url,
    deadLetterQueueArn: deadLetterQueue.arn,
    batchSize: subscriber.batchSize ?? 10,
    maxConcurrency: subscriber.maxConcurrency ?? 2,
    timeoutMs: timeoutSeconds * 1_000,
    poll: "poll" in subscriber ? subscriber.poll : undefined,
    maxReceiveCount,
  };
}

function policyFor(topicArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  });
}
