export type { Call, Carrier, ServiceName } from "./call.ts";
export { type Clients, clientsOf } from "./clients.ts";
export { leanCarrier } from "./lean-carrier.ts";
export { type MemoryAws, type MemoryAwsOptions, memoryAws } from "./memory-aws.ts";
export type { Item } from "./memory-dynamodb.ts";
export { SdkError, toSdkError } from "./sdk-error.ts";
