export { SNS_OPERATIONS, SnsEngine, type SnsOperation } from "./engine.ts";
export type { PublicationOutcome, ServicePublication } from "./publish/index.ts";
export { CERTIFICATE_PATH, certificatePem } from "./signing/index.ts";
export type { SnsSnapshot } from "./snapshot.ts";
export type { FilteredMessage, HandedOver } from "./state.ts";
