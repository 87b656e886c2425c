import type { SqsRecord } from "./lambda-types.ts";

/** A record with what is asked of it again and again. Hostile records have fields of the wrong type: they read as absent. */
export class Incoming {
  readonly record: SqsRecord;
  /** Place in the invocation. */
  readonly index: number;

  constructor(record: SqsRecord, index: number) {
    this.record = record;
    this.index = index;
  }

  get messageId(): string {
    const id: unknown = this.record?.messageId;
    return typeof id === "string" ? id : "";
  }

  /** How often the message has been received, this time included; 1 where nobody counted. */
  get receiveCount(): number {
    const count = Number(this.record?.attributes?.ApproximateReceiveCount);
    return Number.isSafeInteger(count) && count > 0 ? count : 1;
  }

  get fifo(): boolean {
    return this.queueArn.endsWith(".fifo");
  }

  get queueArn(): string {
    const arn: unknown = this.record?.eventSourceARN;
    return typeof arn === "string" ? arn : "";
  }

  get group(): string {
    const group: unknown = this.record?.attributes?.MessageGroupId;
    return typeof group === "string" ? group : "";
  }

  /** The text of a message attribute, or `undefined`. */
  attribute(name: string): string | undefined {
    const attributes: unknown = this.record?.messageAttributes;
    if (typeof attributes !== "object" || attributes === null || !Object.hasOwn(attributes, name)) return undefined;
    const value: unknown = this.record.messageAttributes[name]?.stringValue;
    return typeof value === "string" ? value : undefined;
  }
}
