export type { FunctionConfiguration, FunctionEndpoints } from "./configuration.ts";
export { isRunnable } from "./configuration.ts";
export type { InvokeOutcome } from "./execution-environment.ts";
export { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS, MAX_PAYLOAD_BYTES } from "./limits.ts";
export type { Invocation, LocalFunctionOptions, LogEntry } from "./local-function.ts";
export { functionConcurrency, LocalFunction } from "./local-function.ts";
export type { FunctionError } from "./messages.ts";
