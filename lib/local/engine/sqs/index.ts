export type { DeliveryOutcome, ServiceDelivery } from "./delivery.ts";
export { SQS_OPERATIONS, SqsEngine } from "./engine.ts";
export type { InspectedMessage } from "./inspection.ts";
export type { SqsOperation, SqsOperations } from "./operations.ts";
export type { SqsSnapshot } from "./snapshot.ts";
export type { SqsOptions } from "./state.ts";
