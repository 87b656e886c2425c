/** What consumes a queue: the function, its event source mapping, environment and permissions. */
export { receivesFor } from "./attempts.ts";
export { DEFAULT_MAX_CONCURRENCY } from "./concurrency.ts";
export { attachConsumer, type ConsumerHome, consumerOf, principalOf, resolveHandler } from "./consumer.ts";
export type { ConsumerOptions, Guarantee, ProvisionedPollers } from "./consumer-options.ts";
export { HandlerFunction } from "./handler-function.ts";
export type { AliasOptions, HandlerOptions } from "./handler-options.ts";
export { refuseSecondReader } from "./mapping.ts";
export { addPush, addQueueEvents } from "./reaching-events.ts";
