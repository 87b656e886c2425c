export type { ConsoleBackend, ContractSource } from "./backend.ts";
export { type RunningConsole, startConsole } from "./start.ts";
