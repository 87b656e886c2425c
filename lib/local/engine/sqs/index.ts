export { SQS_OPERATIONS, SqsEngine, type SqsOperation } from "./engine.ts";
export type { SqsOperations } from "./operations.ts";
export type { DeliveryOutcome, ServiceDelivery } from "./send/index.ts";
export type { SqsSnapshot } from "./snapshot.ts";
export type { SqsOptions } from "./state.ts";
