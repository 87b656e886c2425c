export { SnsEngine, type SnsOptions } from "./engine.ts";
export { FILTER_LIMITS } from "./filter/index.ts";
export { SNS_LIMITS } from "./limits.ts";
export { SNS_OPERATIONS, type SnsOperation, type SnsOperations } from "./operations.ts";
export type { PublicationOutcome, ServicePublication } from "./publish.ts";
export type { SnsSnapshot } from "./snapshot.ts";
export type { UndeliveredMessage } from "./state.ts";
