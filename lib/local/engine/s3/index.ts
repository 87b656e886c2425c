export { S3_OPERATIONS, S3Engine, type S3Operation } from "./engine.ts";
export type { S3Operations } from "./operations.ts";
export type { S3Snapshot } from "./snapshot.ts";
export type { S3HandedOver } from "./state.ts";
