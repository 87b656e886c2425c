/** A queue with its dead-letter queue and what consumes it; also without a topic, as a work queue. */
export { AdoptedQueue, type AdoptedQueueProps } from "./adopted-queue.ts";
export { type Consumption, consume, type MaybeQueue } from "./consume.ts";
export { ConsumedQueue } from "./consumed-queue.ts";
export {
  checkEventBridgeOptions,
  type EventBridgeTargetOptions,
  eventBridgeMessage,
} from "./event-bridge-target.ts";
export { existingQueues } from "./existing-queue.ts";
export { hasTenants } from "./fair-queue.ts";
export type { MessagingProps } from "./messaging-props.ts";
export { OwnQueue } from "./own-queue.ts";
export { checkGivenName, physicalName } from "./physical-name.ts";
export type { DeadLetterQueueOptions, QueueOptions } from "./queue-options.ts";
export {
  checkGivenQueueName,
  createDeadLetterQueue,
  newQueues,
  queueName,
  refuseQueueNameTwice,
} from "./queue-pair.ts";
export { DEFAULT_RETENTIONS, type DeliveryPath, longest, longestRedelivery } from "./retention.ts";
export { stepFunctionsModules } from "./step-functions-modules.ts";
export { type StepFunctionsTaskOptions, type TaskData, taskMessage } from "./step-functions-task.ts";
export { WorkQueue, type WorkQueueProps } from "./work-queue.ts";
