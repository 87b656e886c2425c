/** What consumes a queue: the function, its event source mapping, environment and permissions. */
export { receivesFor } from "./attempts.ts";
export { attachConsumer, type ConsumerHome, consumerOf, principalOf, resolveHandler } from "./consumer.ts";
export type { ConsumerOptions, Guarantee } from "./consumer-options.ts";
export { HandlerFunction } from "./handler-function.ts";
export type { HandlerOptions } from "./handler-options.ts";
