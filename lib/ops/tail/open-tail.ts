import { randomBytes } from "node:crypto";
import { TYPE_ATTRIBUTE } from "../../names/index.ts";
import type { Cloud } from "../cloud/index.ts";
import { isAbsentQueue, TAIL_PREFIX } from "../fleet/index.ts";

/** The tags of a tail's queue: its topic, and when it is over, in ISO 8601. */
export const TAIL_TAGS = { topic: "fanfare:tail", end: "fanfare:tail-end" } as const;

/** What a tail listens to. */
export interface TailOptions {
  readonly topicArn: string;
  /** CloudEvents types, or names of events, which are ends of types. @default all */
  readonly types?: readonly string[] | undefined;
  /** When it is over, in milliseconds since the Unix epoch. */
  readonly end: number;
}

/** A temporary queue that is subscribed to a topic. */
export interface Tail {
  readonly queueName: string;
  readonly queueUrl: string;
  /** Removes subscription and queue. What is not there any more is no error. */
  close(): Promise<void>;
}

/** Seconds for which the queue keeps what nobody has read. */
const RETENTION_SECONDS = 3_600;

/**
 * Makes a queue and subscribes it to a topic, with a filter where types are named. The queue has its end as a tag from the start, so
 * that a tail whose process disappears is swept. An error leaves nothing behind.
 */
export async function openTail(cloud: Cloud, options: TailOptions): Promise<Tail> {
  const { topicArn, end } = options;
  const { sdk, call } = await cloud.sqs();
  const queueName = `${TAIL_PREFIX}${randomBytes(6).toString("hex")}`;
  const create = new sdk.CreateQueueCommand({
    QueueName: queueName,
    Attributes: { MessageRetentionPeriod: String(RETENTION_SECONDS) },
    tags: { [TAIL_TAGS.topic]: topicArn, [TAIL_TAGS.end]: new Date(end).toISOString() },
  });
  const { QueueUrl = "" } = await call((client, more) => client.send(create, more));
  let subscriptionArn: string | undefined;
  const close = () =>
    removeTail(cloud, { queueUrl: QueueUrl, subscriptionArns: subscriptionArn === undefined ? [] : [subscriptionArn] });
  try {
    const queueArn = await letIn(cloud, QueueUrl, topicArn);
    subscriptionArn = await subscribe(cloud, queueArn, options);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return { queueName, queueUrl: QueueUrl, close };
}

/** Lets the topic send to the queue. @returns the queue's ARN */
async function letIn(cloud: Cloud, QueueUrl: string, topicArn: string): Promise<string> {
  const { sdk, call } = await cloud.sqs();
  const get = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  const { Attributes = {} } = await call((client, options) => client.send(get, options));
  const queueArn = Attributes.QueueArn ?? "";
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const set = new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } });
  await call((client, options) => client.send(set, options));
  return queueArn;
}

async function subscribe(cloud: Cloud, queueArn: string, { topicArn, types = [] }: TailOptions): Promise<string> {
  const { sdk, call } = await cloud.sns();
  const filter = { [TYPE_ATTRIBUTE]: types.flatMap((type) => [type, { suffix: `.${type}` }]) };
  const command = new sdk.SubscribeCommand({
    TopicArn: topicArn,
    Protocol: "sqs",
    Endpoint: queueArn,
    ReturnSubscriptionArn: true,
    Attributes: {
      RawMessageDelivery: "true",
      ...(types.length === 0 ? {} : { FilterPolicy: JSON.stringify(filter) }),
    },
  });
  const { SubscriptionArn = "" } = await call((client, options) => client.send(command, options));
  return SubscriptionArn;
}

/** What is left of a tail. */
export interface TailParts {
  readonly queueUrl: string;
  readonly subscriptionArns: readonly string[];
}

/** Removes subscriptions, then the queue: in this order, nothing is left that points to nowhere. */
export async function removeTail(cloud: Cloud, { queueUrl, subscriptionArns }: TailParts): Promise<void> {
  for (const SubscriptionArn of subscriptionArns) {
    const { sdk, call } = await cloud.sns();
    const command = new sdk.UnsubscribeCommand({ SubscriptionArn });
    await call((client, options) => client.send(command, options));
  }
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.DeleteQueueCommand({ QueueUrl: queueUrl });
  try {
    await call((client, options) => client.send(command, options));
  } catch (error) {
    if (!isAbsentQueue(error)) {
      throw error;
    }
  }
}
