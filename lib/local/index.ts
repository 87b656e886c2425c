/** The local runtime: runs a cloud assembly on this machine, without an account, a token or containers. */
export type { LocalErrorCode } from "./common/index.ts";
export { describeError, isAlive, LocalError } from "./common/index.ts";
export type { DeployedFunction, DeployedMapping, DeployedResource, Deployment } from "./deploy/index.ts";
export type { Invocation, LogEntry } from "./lambda/index.ts";
export type { MappingEvent, MappingStats } from "./pollers/index.ts";
export type { InvokeResult, LocalRuntime, LocalRuntimeOptions, RuntimeEvent } from "./runtime/index.ts";
export { DEFAULT_REGION, startLocalRuntime } from "./runtime/index.ts";
export type { RequestLogEntry } from "./server/index.ts";
export { PortUnavailable } from "./server/index.ts";
