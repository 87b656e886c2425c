export { type Codec, type CodecEvent, plainJson } from "./codec.ts";
export { consume } from "./consume.ts";
export type { HandlerContext } from "./context.ts";
export type { EventInfo } from "./event.ts";
export type { Handlers } from "./handlers.ts";
export type { InvocationContext, SqsBatchResponse, SqsEvent, SqsHandler, SqsRecord } from "./lambda-types.ts";
export type { Logger } from "./logger.ts";
export type { ConsumeOptions, DeadLetterQueue, Guarantee } from "./options.ts";
