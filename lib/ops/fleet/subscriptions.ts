import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";
import { type Cloud, mapLimited } from "../cloud/index.ts";
import type { FleetSubscription } from "./types.ts";

/** The subscriptions of queues, by the queue's ARN. */
export async function subscriptionsOf(
  cloud: Cloud,
  queueArns: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly FleetSubscription[]>> {
  const own = (await listSubscriptions(cloud)).filter(({ endpoint }) => queueArns.has(endpoint));
  const described = await mapLimited(own, ({ arn, topicArn }) => describeSubscription(cloud, arn, topicArn));
  const byQueue = new Map<string, FleetSubscription[]>();
  for (const [index, { endpoint }] of own.entries()) {
    const subscription = described[index];
    if (subscription !== undefined) {
      byQueue.set(endpoint, [...(byQueue.get(endpoint) ?? []), subscription]);
    }
  }
  return byQueue;
}

interface Listed {
  readonly arn: string;
  readonly topicArn: string;
  readonly endpoint: string;
}

async function listSubscriptions(cloud: Cloud): Promise<readonly Listed[]> {
  const { sdk, call } = await cloud.sns();
  const found: Listed[] = [];
  let token: string | undefined;
  do {
    const command = new sdk.ListSubscriptionsCommand(token === undefined ? {} : { NextToken: token });
    const page = await call((client, options) => client.send(command, options));
    for (const { SubscriptionArn, TopicArn, Endpoint, Protocol } of page.Subscriptions ?? []) {
      if (
        Protocol === "sqs" &&
        SubscriptionArn?.startsWith("arn:") &&
        TopicArn !== undefined &&
        Endpoint !== undefined
      ) {
        found.push({ arn: SubscriptionArn, topicArn: TopicArn, endpoint: Endpoint });
      }
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/** Returns `undefined` for a subscription that was deleted since it was listed. */
async function describeSubscription(
  cloud: Cloud,
  arn: string,
  topicArn: string,
): Promise<FleetSubscription | undefined> {
  const { sdk, call } = await cloud.sns();
  const command = new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
  const response = await call((client, options) => client.send(command, options)).catch((error: unknown) => {
    if (error instanceof sdk.NotFoundException) {
      return undefined;
    }
    throw error;
  });
  if (response === undefined) {
    return undefined;
  }
  const { Attributes = {} } = response;
  const redrive = objectOf(parseJson(Attributes.RedrivePolicy ?? ""));
  const filter = parseJson(Attributes.FilterPolicy ?? "");
  return {
    arn,
    topicArn,
    raw: Attributes.RawMessageDelivery === "true",
    filterPolicy: isJsonObject(filter) ? filter : undefined,
    filterScope: Attributes.FilterPolicyScope === "MessageBody" ? "MessageBody" : "MessageAttributes",
    deadLetterQueueArn: typeof redrive.deadLetterTargetArn === "string" ? redrive.deadLetterTargetArn : undefined,
  };
}
