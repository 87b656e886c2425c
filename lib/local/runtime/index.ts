export type { LocalRuntime } from "./local-runtime.ts";
export { NotQuiet } from "./not-quiet.ts";
export { DEFAULT_REGION, type LocalRuntimeOptions, type RuntimeEvent } from "./options.ts";
export { startLocalRuntime } from "./start.ts";
