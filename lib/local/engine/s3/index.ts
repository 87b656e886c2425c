export { S3_OPERATIONS, S3Engine, type S3Operation } from "./engine.ts";
export { S3_LIMITS } from "./limits.ts";
export type { S3Operations } from "./operations.ts";
export type { S3Snapshot } from "./snapshot.ts";
export type { S3Options } from "./state.ts";
