export type {
  ConfirmedRedrive,
  ConsoleBackend,
  ContractSource,
  FailuresBackend,
  RedriveRequest,
} from "./backend.ts";
export { type RunningConsole, startConsole } from "./start.ts";
