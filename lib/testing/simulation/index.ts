export { DEFAULT_FAULTS, FAULT_KINDS, type FaultCounts, type FaultKind, type FaultRates } from "./faults.ts";
export {
  type BatchSubscriber,
  type ConsumerOptions,
  EFFECTS_TABLE,
  type EventSubscriber,
  type HandlerWorld,
  type Scenario,
  type SimulationOptions,
  type Subscriber,
  type SubscriberBase,
  type WorkloadWorld,
} from "./options.ts";
export type { EventOutcome, Rule, RunResult, Violation } from "./result.ts";
export {
  describeViolation,
  expectNoViolations,
  SimulationFailed,
  type SimulationReport,
  simulate,
} from "./simulate.ts";
