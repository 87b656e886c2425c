export type { BatchContext, BatchItem } from "./batch-item.ts";
export type { BreakerOption } from "./breaker.ts";
export { circuitBreaker } from "./circuit-breaker.ts";
export { type Codec, type CodecEvent, plainJson } from "./codec.ts";
export { consume } from "./consume.ts";
export { type ConsumeBatchOptions, consumeBatch } from "./consume-batch.ts";
export type { HandlerContext } from "./context.ts";
export type { EventInfo } from "./event.ts";
export type { Handlers } from "./handlers.ts";
export type {
  InvocationContext,
  SqsBatchResponse,
  SqsConsumer,
  SqsEvent,
  SqsHandler,
  SqsRecord,
} from "./lambda-types.ts";
export type { Logger } from "./logger.ts";
export type { ConsumeOptions, DeadLetterQueue, Guarantee } from "./options.ts";
export { type Poller, type PollOptions, poll } from "./poll.ts";
