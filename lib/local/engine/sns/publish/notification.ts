import type { MessageAttributes } from "./message-attributes.ts";

/** In place of a real notification's signature; it says that it is none. */
const NO_SIGNATURE = "TE9DQUwtRU5HSU5FLU5PVC1TSUdORUQ=";

/** What the JSON around a message tells. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly isFifo: boolean;
  readonly sequenceNumber: string | undefined;
  readonly subject: string | undefined;
  readonly body: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly signatureVersion: string;
  readonly attributes: MessageAttributes;
  /** The origin of the URLs in it. */
  readonly endpoint: string;
}

/**
 * The JSON that a queue gets without raw delivery. The signature is a fixed string ("LOCAL-ENGINE-NOT-SIGNED" in base64);
 * messages of FIFO topics have none, as at AWS.
 *
 * Source: Developer Guide, "Parsing Amazon SNS message formats".
 */
export function wrap(notification: Notification): string {
  const { endpoint, subscriptionArn, attributes, isFifo } = notification;
  const signature = isFifo
    ? {}
    : {
        SignatureVersion: notification.signatureVersion,
        Signature: NO_SIGNATURE,
        SigningCertURL: `${endpoint}/SimpleNotificationService-local.pem`,
      };
  return JSON.stringify({
    Type: "Notification",
    MessageId: notification.messageId,
    ...(notification.sequenceNumber === undefined ? {} : { SequenceNumber: notification.sequenceNumber }),
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.body,
    Timestamp: new Date(notification.at).toISOString(),
    ...signature,
    UnsubscribeURL: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
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
