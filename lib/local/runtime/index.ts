export type { LocalRuntime } from "./local-runtime.ts";
export { NotQuiet } from "./not-quiet.ts";
export type { LocalRuntimeOptions, RuntimeEvent } from "./options.ts";
export { startLocalRuntime } from "./start.ts";
