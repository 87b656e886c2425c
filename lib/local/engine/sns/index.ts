export { SNS_OPERATIONS, SnsEngine, type SnsOperation } from "./engine.ts";
export { FILTER_LIMITS } from "./filter/index.ts";
export { SNS_LIMITS } from "./limits.ts";
export type { SnsOperations } from "./operations.ts";
export type { PublicationOutcome, ServicePublication } from "./publish/index.ts";
export type { SnsSnapshot } from "./snapshot.ts";
export type { SnsOptions, UndeliveredMessage } from "./state.ts";
