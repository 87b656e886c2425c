export { type Arn, isFifoName, parseArn, partitionOf } from "./arn.ts";
export { AwsError } from "./aws-error.ts";
export type { CallContext, EngineEnvironment } from "./environment.ts";
export { randomHex, randomUuid } from "./identifiers.ts";
export { addressBits, addressRange } from "./ip-address.ts";
export { Dispatcher, type Handler, type Operations } from "./operations.ts";
export * from "./policy/index.ts";
export { checkSnapshotVersion } from "./snapshot-version.ts";
