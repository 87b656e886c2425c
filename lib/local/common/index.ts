export { COMPILE_CACHE } from "./compile-cache.ts";
export { createDataFolder } from "./data-folder.ts";
export { canonicalJson } from "./json.ts";
export { isAlive, killGroup } from "./kill.ts";
export { describeError, LocalError } from "./local-error.ts";
export { ownScript } from "./own-script.ts";
export { credentialsFor, DEFAULT_ACCOUNT_ID, DEFAULT_REGION, type Place } from "./place.ts";
export type { QueueCalls } from "./queue-calls.ts";
export { Watchdog } from "./watchdog.ts";
