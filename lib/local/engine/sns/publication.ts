import { createHash } from "node:crypto";

/** A message attribute that was checked: it has a type and the value that goes with it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message that was checked and may be delivered. */
export interface Message {
  /** The parameter Message: with structure `json` the whole JSON. */
  readonly text: string;
  /** The entries of a JSON structure by protocol, `default` among them. */
  readonly variants: ReadonlyMap<string, string> | undefined;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** A message with what the topic gave it. */
export interface Publication {
  readonly message: Message;
  readonly messageId: string;
  readonly sequenceNumber: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The header `X-Amzn-Trace-Id` of the request. */
  readonly traceHeader: string | undefined;
  /** Whether it comes from the archive. */
  readonly isReplayed?: boolean;
}

/** The JSON around a message, as SNS writes it ("Parsing Amazon SNS message formats" of the Developer Guide). */
export interface Notification {
  readonly Type: "Notification";
  readonly MessageId: string;
  readonly SequenceNumber?: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion?: string;
  readonly Signature?: string;
  readonly SigningCertURL?: string;
  readonly UnsubscribeURL: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
  readonly Replayed?: true;
}

/** What a subscriber of the protocol gets: the message, or its entry in a JSON structure, or else the entry `default`. */
export function bodyFor({ text, variants }: Message, protocol: string): string {
  return variants === undefined ? text : (variants.get(protocol) ?? variants.get("default") ?? text);
}

/** The deduplication id of a message to a FIFO topic: the given one, else the SHA-256 of the message (not its attributes). */
export function deduplicationIdOf(message: Message): string {
  return message.deduplicationId ?? createHash("sha256").update(message.text).digest("hex");
}
