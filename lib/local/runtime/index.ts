export type { InvokeResult } from "./local-runtime.ts";
export { LocalRuntime, startLocalRuntime } from "./local-runtime.ts";
export type { LocalRuntimeOptions, RuntimeEvent } from "./options.ts";
export { DEFAULT_REGION } from "./options.ts";
export type { QueueDepth } from "./quiet.ts";
