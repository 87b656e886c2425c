export type { LocalRuntime } from "./local-runtime.ts";
export type { LocalRuntimeOptions, RuntimeEvent } from "./options.ts";
export { DEFAULT_REGION } from "./options.ts";
export { startLocalRuntime } from "./start.ts";
