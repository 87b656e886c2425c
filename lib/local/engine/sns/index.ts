export { SNS_OPERATIONS, SnsEngine, type SnsOperation } from "./engine.ts";
export type { PublicationOutcome, ServicePublication } from "./publish/index.ts";
export type { SnsSnapshot } from "./snapshot.ts";
export type { FilteredMessage } from "./state.ts";
