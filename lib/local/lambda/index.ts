export { type FunctionConfiguration, type FunctionEndpoints, isRunnable } from "./configuration.ts";
export { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS } from "./limits.ts";
export {
  functionConcurrency,
  type Invocation,
  LocalFunction,
  type LocalFunctionOptions,
  type LogEntry,
} from "./local-function.ts";
export type { FunctionError } from "./messages.ts";
