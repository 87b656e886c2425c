import type { Subscription, Topic } from "../state.ts";
import type { Publication } from "./message.ts";
import type { MessageAttributes } from "./message-attributes.ts";

/** In place of a real notification's signature; it says that it is none. */
const NO_SIGNATURE = "TE9DQUwtRU5HSU5FLU5PVC1TSUdORUQ=";

/**
 * The JSON that a queue gets without raw delivery. The signature is a fixed string ("LOCAL-ENGINE-NOT-SIGNED" in base64);
 * messages of FIFO topics have none, as at AWS.
 *
 * Source: Developer Guide, "Parsing Amazon SNS message formats".
 *
 * @param endpoint the origin of the URLs in it
 */
export function wrap(topic: Topic, subscription: Subscription, publication: Publication, endpoint: string): string {
  const { message, messageId, sequenceNumber, at } = publication;
  const { attributes } = message;
  const signature = topic.isFifo
    ? {}
    : {
        SignatureVersion: topic.attributes.get("SignatureVersion") ?? "1",
        Signature: NO_SIGNATURE,
        SigningCertURL: `${endpoint}/SimpleNotificationService-local.pem`,
      };
  return JSON.stringify({
    Type: "Notification",
    MessageId: messageId,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    TopicArn: topic.arn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: message.body,
    Timestamp: new Date(at).toISOString(),
    ...signature,
    UnsubscribeURL: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: describe(attributes) }),
  });
}

function describe(attributes: MessageAttributes): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );
}
