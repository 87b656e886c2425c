/** The construct library: `import { FanoutTopic, WorkQueue } from "fanfare/infra"`. */
export type { AlarmOptions } from "./alarm-options.ts";
export { RUNBOOK_ANCHORS } from "./alarms.ts";
export type { BundlingOptions } from "./bundling-options.ts";
export type { ConsumerOptions, Guarantee } from "./consumer-options.ts";
export type { FanOutOptions } from "./fan-out-options.ts";
export { FanoutTopic } from "./fanout-topic.ts";
export type { FanoutTopicProps, MessagingProps } from "./fanout-topic-props.ts";
export { HandlerFunction } from "./handler-function.ts";
export type { HandlerOptions } from "./handler-options.ts";
export { IdempotencyTable, type IdempotencyTableProps } from "./idempotency-table.ts";
export type { LargePayloadOptions } from "./payload-store.ts";
export type { DeadLetterQueueOptions, QueueOptions } from "./queue-options.ts";
export { type DeliveryPath, longestRedelivery } from "./retention.ts";
export { Subscriber, type SubscriberHome, type SubscriberProps } from "./subscriber.ts";
export { WorkQueue, type WorkQueueProps } from "./work-queue.ts";
