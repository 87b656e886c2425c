import type { Fate } from "./fate.ts";
import type { SqsRecord } from "./lambda-types.ts";

/** What a record's log line says of its event. */
export interface EventIdentity {
  readonly name: string;
  readonly id: string;
}

/**
 * A record with what is asked of it again and again, and what becomes known of it. Hostile records have fields of the wrong type:
 * they read as absent.
 */
export class Incoming {
  readonly record: SqsRecord;
  /** Its event, if it got that far; `undefined` again once its fate is noted: it need not be kept until the last of a thousand is done. */
  event: EventIdentity | undefined = undefined;
  /** What became of it. */
  fate: Fate | undefined = undefined;

  constructor(record: SqsRecord) {
    this.record = record;
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
