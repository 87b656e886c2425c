export { S3Engine, type S3Options } from "./engine.ts";
export { S3_LIMITS } from "./limits.ts";
export { S3_OPERATIONS, type S3Operation, type S3Operations } from "./operations.ts";
export type { S3Snapshot } from "./snapshot.ts";
