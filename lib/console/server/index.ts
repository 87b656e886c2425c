export type {
  ConfirmedWrite,
  ConsoleBackend,
  ContractSource,
  Edit,
  FailuresBackend,
  WriteRequest,
} from "./backend.ts";
export { type ConsoleOptions, type RunningConsole, startConsole } from "./start.ts";
