export * from "./dynamodb/index.ts";
export { type Deliver, Engine, type EngineOptions, type EngineSnapshot } from "./engine.ts";
export * from "./kernel/index.ts";
export * from "./s3/index.ts";
export * from "./sns/index.ts";
export * from "./sqs/index.ts";
