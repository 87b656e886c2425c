import type { Duration } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { refuseIf, secondsOf } from "../checks/index.ts";

/** A message that expires while it is in flight is never redelivered. */
export function checkRetentionAndVisibility(
  scope: IConstruct,
  retention: Duration | undefined,
  visibilityTimeout: Duration | undefined,
): void {
  const retained = secondsOf(retention);
  const hidden = secondsOf(visibilityTimeout);
  refuseIf(scope, retained !== undefined && hidden !== undefined && retained <= hidden, {
    field: "retention",
    message: `retention is ${retained} seconds, and visibilityTimeout is ${hidden} seconds: a message whose handler fails would expire before it is redelivered, and be in no queue`,
    limit: `more than ${hidden} seconds`,
    remedy: "raise retention (up to 14 days), or lower visibilityTimeout or the handler's timeout",
  });
}

/** Refuses a dead-letter queue that keeps messages for a shorter time than the queue; the field is its retention. */
export function checkRetentions(
  scope: IConstruct,
  field: string,
  retention: Duration | undefined,
  deadLetterRetention: Duration | undefined,
): void {
  const queue = secondsOf(retention);
  const deadLetter = secondsOf(deadLetterRetention);
  refuseIf(scope, queue !== undefined && deadLetter !== undefined && deadLetter < queue, {
    field,
    message: `${field} is ${deadLetter} seconds, shorter than the queue's retention of ${queue} seconds. On a standard queue, retention is counted from when the message was first sent, so messages would be lost`,
    limit: `${queue} seconds`,
    remedy: "raise the retention of the dead-letter queue (up to 14 days), or lower that of the queue",
  });
}
