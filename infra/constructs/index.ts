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
export type { FanOutOptions, FanoutTopicProps, SubscriberHome, SubscriberProps } from "./topic/index.ts";
export { FanoutTopic, Subscriber } from "./topic/index.ts";
