export type { ConfirmedWrite, ConsoleBackend, Edit, WriteRequest } from "./backend.ts";
export { type ConsoleOptions, type RunningConsole, startConsole } from "./start.ts";
