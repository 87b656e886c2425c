import type { Fault } from "./fault.ts";

/** All faults that are known. */
export const FAULTS: readonly Fault[] = [];
export type { Fault, Probe } from "./fault.ts";
export { openProbe } from "./probe.ts";
