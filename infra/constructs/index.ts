/** The construct library: `import { FanoutTopic, WorkQueue } from "fanfare/infra"`. */

import { addEntrances } from "./checks/index.ts";
import { HandlerFunction } from "./consumer/index.ts";
import { AdoptedQueue, WorkQueue } from "./queue/index.ts";
import { IdempotencyTable } from "./stores/index.ts";
import { EventBusPipe, FanoutTopic, MeasuredTopic, PushSubscriber, Subscriber, TopicShare } from "./topic/index.ts";

export type { LeftOut } from "../../lib/names/index.ts";
export type { BundlingOptions, EsbuildOptions } from "./bundling/index.ts";
export {
  type AliasOptions,
  type ConsumerHome,
  type ConsumerOptions,
  type Guarantee,
  HandlerFunction,
  type HandlerOptions,
  type ProvisionedPollers,
} from "./consumer/index.ts";
export {
  type AlarmIdentity,
  type AlarmKind,
  type AlarmOptions,
  type AlarmPreset,
  type AlarmSettings,
  type AlarmSeverity,
  type AlarmThresholds,
  type DashboardOptions,
  type MetricsProps,
  RUNBOOK_ANCHORS,
} from "./observability/index.ts";
export type { Place } from "./places/index.ts";
export type {
  AdoptedQueueProps,
  ConsumedQueue,
  DeadLetterQueueOptions,
  DeliveryPath,
  EventBridgeTargetOptions,
  MaybeQueue,
  MessagingProps,
  QueueOptions,
  StepFunctionsTaskOptions,
  TaskData,
  WorkQueueProps,
} from "./queue/index.ts";
export { AdoptedQueue, longestRedelivery, WorkQueue } from "./queue/index.ts";
export {
  type AccessLogOptions,
  IdempotencyTable,
  type IdempotencyTableProps,
  type LargePayloadOptions,
  type StoreOptions,
} from "./stores/index.ts";
export type {
  EventBusPipeProps,
  FanOutOptions,
  FanoutTopicProps,
  ImportedTopicProps,
  PushOptions,
  PushSubscriberProps,
  PushTarget,
  ReplayOptions,
  SelectionOptions,
  ShareOptions,
  SubscriberHome,
  SubscriberProps,
  SubscriptionDeadLetterOptions,
  SubscriptionFilter,
  ToEventBusOptions,
  TopicPlace,
  TopicShareProps,
  TopicTaskOptions,
} from "./topic/index.ts";
export { EventBusPipe, FanoutTopic, MeasuredTopic, PushSubscriber, Subscriber, TopicShare } from "./topic/index.ts";

addEntrances(
  AdoptedQueue,
  EventBusPipe,
  FanoutTopic,
  HandlerFunction,
  IdempotencyTable,
  MeasuredTopic,
  PushSubscriber,
  Subscriber,
  TopicShare,
  WorkQueue,
);
