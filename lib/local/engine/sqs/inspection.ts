import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { toAttributeValue } from "./messages/index.ts";
import type { Queue } from "./queue/index.ts";

/** A message as consoles and tests see it. Looking changes nothing. Times are milliseconds since the epoch. */
export interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly state: "delayed" | "visible" | "inFlight";
  /** When it becomes visible; of a visible message, when it became so. */
  readonly availableAt: number;
  readonly enqueuedAt: number;
  readonly receiveCount: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly deadLetterSourceArn?: string;
}

/** The messages of a queue that was brought up to date, in its order. */
export function inspectQueue(queue: Queue): InspectedMessage[] {
  return queue.messages.all().map((message) => ({
    messageId: message.id,
    body: message.body,
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, toAttributeValue(value)]),
    ),
    state: message.state === "delayed" || message.state === "inFlight" ? message.state : "visible",
    availableAt: message.availableAt,
    enqueuedAt: message.enqueuedAt,
    receiveCount: message.receiveCount,
    ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
    ...(message.deduplicationId === undefined ? {} : { deduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber === undefined ? {} : { sequenceNumber: message.sequenceNumber }),
    ...(message.deadLetterSourceArn === undefined ? {} : { deadLetterSourceArn: message.deadLetterSourceArn }),
  }));
}
