import {
  InvalidParameterException,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type { PropertyReader } from "../properties.ts";
import { type AttributeRules, changedAttributes } from "./changed-attributes.ts";
import { parseArn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

/** Source of the defaults: Amazon SNS, SetSubscriptionAttributes. */
const ATTRIBUTES: AttributeRules = {
  names: [
    // The scope decides how a policy is read, so it has to be there first.
    "FilterPolicyScope",
    "DeliveryPolicy",
    "FilterPolicy",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
  ],
  defaults: {
    FilterPolicy: "{}",
    FilterPolicyScope: "MessageAttributes",
    RawMessageDelivery: "false",
    RedrivePolicy: "",
  },
};

export const subscription: ResourceType = {
  types: ["AWS::SNS::Subscription"],
  treatment: "created",

  async deploy(request) {
    const { properties } = request;
    const TopicArn = properties.requiredText("TopicArn");
    const protocol = properties.requiredText("Protocol");
    const endpoint = properties.requiredText("Endpoint");
    const physicalId = await subscribe(request, TopicArn, protocol, endpoint, properties.attributes(ATTRIBUTES.names));
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
  if (protocol !== "sqs" && protocol !== "lambda") {
    request.leaveOut(`Subscriptions with the protocol ${protocol}`, "messages for them are shown, and not delivered");
  }
  // In the topic's Region, as the stack's account: the owner of the queue needs no confirmation ("Subscribe").
  const { sns } = request.clientsOf({ region: parseArn(TopicArn).place.region, accountId: request.place.accountId });
  const existing = request.previous?.physicalId;
  if (existing?.startsWith(`${TopicArn}:`) && request.previous?.properties.text("Endpoint") === endpoint) {
    await setAttributes(sns, existing, attributes, request.previous.properties);
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
    const found =
      error instanceof InvalidParameterException ? await find(sns, TopicArn, protocol, endpoint) : undefined;
    if (found === undefined) {
      throw error;
    }
    await setAttributes(sns, found, attributes);
    return found;
  }
}

async function setAttributes(
  sns: SNSClient,
  SubscriptionArn: string,
  wanted: Record<string, string>,
  previous?: PropertyReader,
): Promise<void> {
  for (const [AttributeName, AttributeValue] of Object.entries(changedAttributes(ATTRIBUTES, wanted, previous))) {
    await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  }
}

async function find(sns: SNSClient, TopicArn: string, protocol: string, endpoint: string): Promise<string | undefined> {
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn })) {
    const match = page.Subscriptions?.find(({ Endpoint, Protocol }) => Endpoint === endpoint && Protocol === protocol);
    if (match !== undefined) {
      return match.SubscriptionArn;
    }
  }
  return undefined;
}
