/** The local runtime: runs a cloud assembly on this machine, without an account, a token or containers. */
export { localAddress } from "./apis/index.ts";
export { DEFAULT_REGION, describeError, isAlive, LocalError } from "./common/index.ts";
export type { DeployedResource, Deployment } from "./deploy/index.ts";
export {
  type ConsumerOutcome,
  isOutcomeLine,
  type LogEntry,
  loadExport,
  type OutcomeEntry,
  type PublishedEntry,
} from "./lambda/index.ts";
export type { LocalRuntime, LocalRuntimeOptions, RuntimeEvent } from "./runtime/index.ts";
export { NotQuiet, startLocalRuntime } from "./runtime/index.ts";
export { PortUnavailable } from "./server/index.ts";
