import { bodyFor, type MessageAttributes, type Notification, type Publication } from "../publication.ts";
import { CERTIFICATE_PATH, type SignatureVersion, sign } from "../signing/index.ts";
import type { SnsState, Subscription, Topic } from "../state.ts";

/** In place of a signature where notifications are not signed ("LOCAL-ENGINE-NOT-SIGNED" in base64). */
const NO_SIGNATURE = "TE9DQUwtRU5HSU5FLU5PVC1TSUdORUQ=";

/** A notification for a subscriber without raw delivery. Messages of FIFO topics have no signature, as at AWS. */
export function notificationFor(
  state: SnsState,
  topic: Topic,
  subscription: Subscription,
  publication: Publication,
): Notification {
  const { message, messageId, sequenceNumber, at } = publication;
  const content = {
    Type: "Notification" as const,
    MessageId: messageId,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    TopicArn: topic.arn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: bodyFor(message, subscription.protocol),
    Timestamp: new Date(at).toISOString(),
  };
  const attributes = attributesOf(publication);
  return {
    ...content,
    ...(topic.isFifo ? {} : signatureOf(state, topic, content)),
    UnsubscribeURL: `${state.endpoint()}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: describe(attributes) }),
    ...(publication.isReplayed === true ? { Replayed: true } : {}),
  };
}

/** The message that asks the owner of an endpoint to confirm a subscription. */
export function confirmationFor(
  state: SnsState,
  topic: Topic,
  { token, messageId, at }: { token: string; messageId: string; at: number },
): string {
  const content = {
    Type: "SubscriptionConfirmation" as const,
    MessageId: messageId,
    Token: token,
    TopicArn: topic.arn,
    Message:
      `You have chosen to subscribe to the topic ${topic.arn}.\n` +
      "To confirm the subscription, visit the SubscribeURL included in this message.",
    SubscribeURL: `${state.endpoint()}/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${token}`,
    Timestamp: new Date(at).toISOString(),
  };
  return JSON.stringify({ ...content, ...signatureOf(state, topic, content) });
}

/** The attributes of a message; a replayed one has `Replayed` among them. */
export function attributesOf({ message, isReplayed }: Publication): MessageAttributes {
  return isReplayed === true
    ? { ...message.attributes, Replayed: { DataType: "String", StringValue: "true" } }
    : message.attributes;
}

function signatureOf(state: SnsState, topic: Topic, content: Parameters<typeof sign>[0]) {
  const version: SignatureVersion = topic.attributes.get("SignatureVersion") === "2" ? "2" : "1";
  return {
    SignatureVersion: version,
    Signature: state.signsMessages ? sign(content, version) : NO_SIGNATURE,
    SigningCertURL: `${state.endpoint()}${CERTIFICATE_PATH}`,
  };
}

function describe(attributes: MessageAttributes): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );
}
