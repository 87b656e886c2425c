/** The user's handlers: what they receive, and how they are called. */
export { type BatchSettings, callBatchHandler } from "./batch-call.ts";
export type { AnyBatchHandler, BatchContext, BatchItem } from "./batch-item.ts";
export type { Effects, HandlerContext } from "./context.ts";
export { executionAfter, type Guarantee, notHandled } from "./execution-after.ts";
export { HandlerCalls, type HandleSettings } from "./handler-calls.ts";
export { handlerTable } from "./handler-table.ts";
export type { AnyHandler, Handlers } from "./handlers.ts";
