/** A topic, its subscribers, and the filters between them. */
export { EventBusPipe, type EventBusPipeProps, type ToEventBusOptions } from "./event-bus-pipe.ts";
export type { FanOutOptions, SubscriptionDeadLetterOptions } from "./fan-out-options.ts";
export { FanoutTopic } from "./fanout-topic.ts";
export type { FanoutTopicProps, ImportedTopicProps } from "./fanout-topic-props.ts";
export { MeasuredTopic } from "./measured-topic.ts";
export type { PushOptions, PushTarget } from "./push-options.ts";
export { PushSubscriber, type PushSubscriberProps } from "./push-subscriber.ts";
export type { ReplayOptions } from "./replay.ts";
export { TopicShare, type TopicShareProps } from "./share.ts";
export type { ShareOptions } from "./share-options.ts";
export { Subscriber, type SubscriberHome, type SubscriberProps } from "./subscriber.ts";
export type { SubscriptionFilter } from "./subscription.ts";
export type { TopicPlace } from "./subscription-dead-letters.ts";
export type { SelectionOptions } from "./subscription-filter.ts";
export type { TopicTaskOptions } from "./topic-task.ts";
