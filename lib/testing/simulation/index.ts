export { DEFAULT_FAULTS, FAULT_KINDS, type FaultCounts, type FaultKind, type FaultRates } from "./faults.ts";
export {
  EFFECTS_TABLE,
  type EventOutcome,
  type HandlerWorld,
  type Rule,
  type RunResult,
  type Scenario,
  type SimulationOptions,
  type Subscriber,
  type Violation,
  type WorkloadWorld,
} from "./options.ts";
export {
  describeViolation,
  expectNoViolations,
  SimulationFailed,
  type SimulationReport,
  simulate,
} from "./simulate.ts";
