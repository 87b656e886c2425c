import { FanfareError } from "../errors/index.ts";

/** A message that SNS sent to an HTTPS endpoint. Source: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format". */
export interface SnsMessage {
  /** `Notification` is an event; the other two are to be confirmed by a GET of `SubscribeURL`. */
  readonly Type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly MessageId: string;
  readonly TopicArn: string;
  /** The body: of a notification, the CloudEvents envelope. */
  readonly Message: string;
  /** ISO 8601 time at which SNS accepted the message. */
  readonly Timestamp: string;
  readonly Subject?: string | undefined;
  /** Of confirmations. */
  readonly Token?: string | undefined;
  /** Of confirmations. */
  readonly SubscribeURL?: string | undefined;
}

/** The fields that a receiver needs to verify a message. */
export interface SignedSnsMessage extends SnsMessage {
  readonly Signature: string;
  readonly SignatureVersion: "1" | "2";
  readonly SigningCertURL: string;
}

/** The signed fields of each type, in the order in which they are signed. */
const SIGNED_FIELDS = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

const OPTIONAL: readonly string[] = ["Subject"];

/**
 * Largest body in bytes: a message of 256 KiB whose characters are all escaped (`\u0000`), and its fields. SNS sends larger messages
 * to SQS, Lambda and Firehose only (Developer Guide, "Publishing large messages with Amazon SNS").
 */
const MAX_BODY_BYTES = 6 * 262_144 + 65_536;

/**
 * Reads a message and checks the form of every field that is signed.
 *
 * @throws FanfareError `MessageInvalid`, without the text: it may contain personal data
 */
export function readSnsMessage(body: string): SignedSnsMessage {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
    throw invalid("body", `the body is larger than ${MAX_BODY_BYTES} bytes`);
  }
  const message = parse(body);
  const { Type: type, SignatureVersion: version } = message;
  if (type !== "Notification" && type !== "SubscriptionConfirmation" && type !== "UnsubscribeConfirmation") {
    throw invalid("Type", "Type is not one of SNS");
  }
  for (const field of [...SIGNED_FIELDS[type], "Signature", "SigningCertURL"]) {
    const value = message[field];
    const absent = value === undefined || value === null;
    if (typeof value !== "string" && !(absent && OPTIONAL.includes(field))) {
      throw invalid(field, `${field} is missing or not a string`);
    }
  }
  if (version !== "1" && version !== "2") {
    throw invalid("SignatureVersion", "SignatureVersion is neither 1 nor 2");
  }
  // Every field of the type was checked.
  return message as unknown as SignedSnsMessage;
}

/** Returns the text that SNS signs: each field's name and value on lines of their own. */
export function signedText(message: SignedSnsMessage): string {
  return SIGNED_FIELDS[message.Type]
    .map((field) => [field, message[field]] as const)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([field, value]) => `${field}\n${value}\n`)
    .join("");
}

function parse(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalid("body", "the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("body", "the body is not a JSON object");
  }
  return { ...value };
}

function invalid(field: string, message: string): FanfareError {
  return new FanfareError("MessageInvalid", message, {
    field,
    remedy: "pass the body of the request as SNS sent it; raw message delivery has no signature, so leave it off",
  });
}
