import type { DeliveryInfo, InvocationInfo } from "../../hook/index.ts";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { type JsonObject, objectOf, parseJson } from "../../std/index.ts";
import type { SqsRecord } from "./sqs-record.ts";

/** Of a message that is handed back before any invocation has it. */
const NO_INVOCATION: InvocationInfo = { id: "", functionName: "" };

/** One SQS message as this consumer received it. Fields of the wrong type, which hostile records have, read as absent. */
export class Delivery implements DeliveryInfo {
  readonly record: SqsRecord;
  readonly invocation: InvocationInfo;
  readonly whole: Delivery | undefined;

  /** @param whole of one of several events of a message: the delivery of the message */
  constructor(record: SqsRecord, invocation: InvocationInfo = NO_INVOCATION, whole?: Delivery) {
    this.record = record;
    this.invocation = invocation;
    this.whole = whole;
  }

  get messageId(): string {
    return stringOr(this.record?.messageId, "");
  }

  /** How often the message has been received, this time included; 1 where nobody counted. */
  get receiveCount(): number {
    const count = Number(this.record?.attributes?.ApproximateReceiveCount);
    return Number.isSafeInteger(count) && count > 0 ? count : 1;
  }

  get queueArn(): string {
    return stringOr(this.record?.eventSourceARN, "");
  }

  /** Whether the queue is a FIFO queue. */
  get fifo(): boolean {
    return this.queueArn.endsWith(".fifo");
  }

  /** The message group; empty for a message without one. */
  get group(): string {
    return stringOr(this.record?.attributes?.MessageGroupId, "");
  }

  get sentAt(): number | undefined {
    const sent = Number(this.record?.attributes?.SentTimestamp);
    return sent > 0 ? sent : undefined;
  }

  get traceHeader(): string | undefined {
    const header: unknown = this.record?.attributes?.AWSTraceHeader;
    return typeof header === "string" ? header : undefined;
  }

  /** The token of the claim that this message ended when it was dead-lettered; `undefined` unless it is a redriven dead letter. */
  get letterOf(): string | undefined {
    const claim = this.#reason?.claim;
    return typeof claim === "string" && claim !== "" ? claim : undefined;
  }

  /** Until then the handler that this redriven dead letter was given to may still run, in milliseconds since the Unix epoch. */
  get runsUntil(): number {
    const until = this.#reason?.runsUntil;
    return typeof until === "number" ? until : 0;
  }

  /** How often the message was redriven; `undefined` unless the redrive counted. */
  get redrives(): number | undefined {
    const count = this.#reason?.redrives;
    return typeof count === "number" ? count : undefined;
  }

  get #reason(): JsonObject | undefined {
    const reason = this.attribute(FAILURE_ATTRIBUTE);
    return reason === undefined ? undefined : objectOf(parseJson(reason));
  }

  /** Names of the message attributes. */
  get attributeNames(): readonly string[] {
    const attributes: unknown = this.record?.messageAttributes;
    return typeof attributes === "object" && attributes !== null ? Object.keys(attributes) : [];
  }

  /** The string value of a message attribute, or its binary value in base64; `undefined` if it has none. */
  attribute(name: string, kind: "stringValue" | "binaryValue" = "stringValue"): string | undefined {
    const attributes: unknown = this.record?.messageAttributes;
    if (typeof attributes !== "object" || attributes === null || !Object.hasOwn(attributes, name)) {
      return undefined;
    }
    const value: unknown = this.record.messageAttributes[name]?.[kind];
    return typeof value === "string" ? value : undefined;
  }
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
