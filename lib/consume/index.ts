export { type BreakerOption, circuitBreaker } from "./breaker/index.ts";
export { consume } from "./consume.ts";
export { type ConsumeBatchOptions, consumeBatch } from "./consume-batch.ts";
export { type Codec, type CodecEvent, type CodecMessage, type CodecResult, plainJson } from "./decode/index.ts";
export type { BatchContext, BatchItem, Effects, Guarantee, HandlerContext, Handlers } from "./handle/index.ts";
export { type Poller, type PollOptions, poll } from "./poll.ts";
export type {
  FatalErrors,
  InvocationContext,
  PollerHealth,
  SqsBatchResponse,
  SqsConsumer,
  SqsEvent,
  SqsHandler,
} from "./receive/index.ts";
export type { DeadLetterQueue, EventInfo, Logger, LogLevel, SqsRecord, SqsRecordAttribute } from "./record/index.ts";
export type { ConsumeOptions } from "./settings/index.ts";
