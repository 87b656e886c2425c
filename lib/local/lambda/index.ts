export {
  type AsyncConfiguration,
  AsyncInvocations,
  type AsyncResult,
} from "./async-invocations.ts";
export type { FunctionConfiguration } from "./configuration.ts";
export { isRunnable } from "./configuration.ts";
export { type ConsumerOutcome, isOutcomeLine } from "./consumer-outcome.ts";
export { functionNameOf } from "./function-name.ts";
export { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS } from "./limits.ts";
export { loadExport } from "./load-handler.ts";
export type { Invocation, LocalFunctionOptions, LogEntry, OutcomeEntry, PublishedEntry } from "./local-function.ts";
export { functionConcurrency, LocalFunction } from "./local-function.ts";
export type { FunctionError } from "./messages.ts";
export { RESPONSE_ORIGIN } from "./response-route.ts";
