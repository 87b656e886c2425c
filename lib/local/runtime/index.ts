export type { LocalRuntime } from "./local-runtime.ts";
export { DEFAULT_REGION, type LocalRuntimeOptions, type RuntimeEvent } from "./options.ts";
export { startLocalRuntime } from "./start.ts";
