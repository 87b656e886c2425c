/** A topic, its subscribers, and the filters between them. */
export type { FanOutOptions } from "./fan-out-options.ts";
export { FanoutTopic } from "./fanout-topic.ts";
export type { FanoutTopicProps } from "./fanout-topic-props.ts";
export type { ReplayOptions } from "./replay.ts";
export { Subscriber, type SubscriberHome, type SubscriberProps } from "./subscriber.ts";
