import {
  InvalidParameterException,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { parseArn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

/** Properties of the template that are attributes of the same name in the API. */
const ATTRIBUTES = [
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
] as const;

/** What an attribute goes back to when the template no longer sets it. Source: Amazon SNS, SetSubscriptionAttributes. */
const DEFAULTS: Readonly<Record<string, string>> = {
  FilterPolicy: "{}",
  FilterPolicyScope: "MessageAttributes",
  RawMessageDelivery: "false",
  RedrivePolicy: "",
};

export const subscription: ResourceType = {
  types: ["AWS::SNS::Subscription"],
  treatment: "created",

  async deploy(request) {
    const { properties } = request;
    const TopicArn = properties.requiredText("TopicArn");
    const protocol = properties.requiredText("Protocol");
    const endpoint = properties.requiredText("Endpoint");
    const physicalId = await subscribe(request, TopicArn, protocol, endpoint, properties.attributes(ATTRIBUTES));
    return { physicalId, attributes: { Arn: physicalId, SubscriptionArn: physicalId } };
  },

  async remove({ physicalId }, { sns }) {
    if (physicalId.startsWith("arn:")) {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: physicalId }));
    }
  },
};

/** Subscribes, or sets the attributes of an existing subscription. Returns its ARN. */
export async function subscribe(
  request: ResourceRequest,
  TopicArn: string,
  protocol: string,
  endpoint: string,
  attributes: Record<string, string>,
): Promise<string> {
  if (protocol !== "sqs") {
    request.warn(
      `${request.title}: a subscription with the protocol ${protocol} is not delivered locally; only sqs is supported`,
    );
    return `${TopicArn}:local-${protocol}`;
  }
  const { sns } = request.clientsOf(parseArn(TopicArn).place);
  const existing = request.previous?.physicalId;
  if (existing?.startsWith(`${TopicArn}:`) && request.previous?.properties.text("Endpoint") === endpoint) {
    await setAttributes(sns, existing, attributes, request.previous.properties.attributes(ATTRIBUTES));
    return existing;
  }
  try {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: protocol,
        Endpoint: endpoint,
        Attributes: attributes,
        ReturnSubscriptionArn: true,
      }),
    );
    return SubscriptionArn ?? "";
  } catch (error) {
    // An emulator with stored state has the subscription from an earlier run, with other attributes.
    const found = error instanceof InvalidParameterException ? await find(sns, TopicArn, endpoint) : undefined;
    if (found === undefined) {
      throw error;
    }
    await setAttributes(sns, found, attributes, {});
    return found;
  }
}

async function setAttributes(
  sns: SNSClient,
  SubscriptionArn: string,
  wanted: Record<string, string>,
  before: Record<string, string>,
): Promise<void> {
  // The scope decides how a policy is read, so it has to be there first.
  const ordered = [...ATTRIBUTES].sort(
    (left, right) => Number(right === "FilterPolicyScope") - Number(left === "FilterPolicyScope"),
  );
  for (const AttributeName of ordered) {
    const value = wanted[AttributeName] ?? (before[AttributeName] === undefined ? undefined : DEFAULTS[AttributeName]);
    if (value !== undefined && value !== before[AttributeName]) {
      await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue: value }));
    }
  }
}

async function find(sns: SNSClient, TopicArn: string, endpoint: string): Promise<string | undefined> {
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn })) {
    const match = page.Subscriptions?.find(({ Endpoint, Protocol }) => Endpoint === endpoint && Protocol === "sqs");
    if (match !== undefined) {
      return match.SubscriptionArn;
    }
  }
  return undefined;
}
