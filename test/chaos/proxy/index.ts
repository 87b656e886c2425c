export type { Answer, Call } from "./call.ts";
export { FAULT_KINDS, type FaultKind, FaultPlan } from "./faults.ts";
export { type FaultCounts, FaultProxy } from "./proxy.ts";
