/** The operators' page: a server on loopback, and what it shows. Nobody imports it but the command line. */
export { type CreatedBackend, createBackend } from "./backend/index.ts";
export { bundlePage } from "./bundle/index.ts";
export { type ContractSource, type RunningConsole, startConsole } from "./server/index.ts";
export type { Checked, ContractView, EventDraft, Sent } from "./wire/index.ts";
