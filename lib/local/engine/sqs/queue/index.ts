export {
  ATTRIBUTE_RULES,
  type ComputedAttribute,
  isComputed,
  isSettable,
  type SettableAttribute,
} from "./attribute-table.ts";
export { Queue } from "./queue.ts";
export { checkAttributes, merged, numeric, type QueueAttributes } from "./queue-attributes.ts";
export {
  parseQueueArn,
  parseQueueUrl,
  type QueueAddress,
  queueArn,
  queueUrl,
  validateQueueName,
} from "./queue-name.ts";
export { type ReceiveAttempt, Recent, type RecordedSend } from "./recent.ts";
export { allowsSource, parseRedriveAllowPolicy, parseRedrivePolicy } from "./redrive-policy.ts";
