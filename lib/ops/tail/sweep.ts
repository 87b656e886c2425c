import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import { listQueueUrls, TAIL_PREFIX, unlessGone } from "../fleet/index.ts";
import { removeTail, TAIL_TAGS } from "./open-tail.ts";

/** A tail whose process disappeared: its end is over, and its queue is still there. */
export interface LeftTail {
  readonly queueName: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  /** Milliseconds since the Unix epoch. */
  readonly end: number;
}

/** Tails that are over. Queues without the tags of a tail are nobody's tail, whatever their names. */
export async function leftTails(cloud: Cloud, now: number = Date.now()): Promise<readonly LeftTail[]> {
  const urls = await listQueueUrls(cloud, TAIL_PREFIX);
  const { sdk, call } = await cloud.sqs();
  const found = await mapLimited(urls, (QueueUrl) =>
    unlessGone(async (): Promise<LeftTail | undefined> => {
      const command = new sdk.ListQueueTagsCommand({ QueueUrl });
      const { Tags = {} } = await call((client, options) => client.send(command, options));
      const { [TAIL_TAGS.topic]: topicArn, [TAIL_TAGS.end]: end = "" } = Tags;
      const over = Date.parse(end);
      return topicArn === undefined || !(over < now)
        ? undefined
        : { queueName: QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1), queueUrl: QueueUrl, topicArn, end: over };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Removes tails that are over, with their subscriptions. @returns those that were removed */
export async function sweepTails(cloud: Cloud, now: number = Date.now()): Promise<readonly LeftTail[]> {
  const left = await leftTails(cloud, now);
  for (const { queueUrl, queueName, topicArn } of left) {
    const subscriptionArns = (await unlessAbsent(() => subscriptionsTo(cloud, topicArn, queueName))) ?? [];
    await removeTail(cloud, { queueUrl, subscriptionArns });
  }
  return left;
}

/** A topic that is gone has no subscriptions. */
async function subscriptionsTo(cloud: Cloud, topicArn: string, queueName: string): Promise<string[]> {
  const { sdk, call } = await cloud.sns();
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const command = new sdk.ListSubscriptionsByTopicCommand({
      TopicArn: topicArn,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await call((client, options) => client.send(command, options)).catch((error: unknown) => {
      if (error instanceof sdk.NotFoundException) {
        return undefined;
      }
      throw error;
    });
    for (const { Endpoint = "", SubscriptionArn = "" } of page?.Subscriptions ?? []) {
      if (Endpoint.endsWith(`:${queueName}`) && SubscriptionArn.startsWith("arn:")) {
        arns.push(SubscriptionArn);
      }
    }
    token = page?.NextToken;
  } while (token !== undefined);
  return arns;
}
