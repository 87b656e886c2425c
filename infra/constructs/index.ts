/** The construct library: `import { FanoutTopic, WorkQueue } from "fanfare/infra"`. */
export type { LeftOut } from "../../lib/names/index.ts";
export type { BundlingOptions } from "./bundling/index.ts";
export {
  type ConsumerHome,
  type ConsumerOptions,
  type Guarantee,
  HandlerFunction,
  type HandlerOptions,
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
  RUNBOOK_ANCHORS,
} from "./observability/index.ts";
export type { Place } from "./places/index.ts";
export type {
  ConsumedQueue,
  DeadLetterQueueOptions,
  DeliveryPath,
  MaybeQueue,
  MessagingProps,
  QueueOptions,
  WorkQueueProps,
} from "./queue/index.ts";
export { longestRedelivery, WorkQueue } from "./queue/index.ts";
export {
  IdempotencyTable,
  type IdempotencyTableProps,
  type LargePayloadOptions,
  type StoreOptions,
} from "./stores/index.ts";
export type {
  FanOutOptions,
  FanoutTopicProps,
  ImportedTopicProps,
  ShareOptions,
  SubscriberHome,
  SubscriberProps,
  SubscriptionDeadLetterOptions,
  TopicPlace,
  TopicShareProps,
} from "./topic/index.ts";
export { FanoutTopic, MeasuredTopic, Subscriber, TopicShare } from "./topic/index.ts";
