import type { TargetName } from "../options.ts";
import { FILTERS, type FilterOperator, filterFault } from "../suite/cases/filter-operators.ts";
import { tryFilter } from "../suite/support/filtered.ts";
import type { Fault } from "./fault.ts";

/** Operators that a target refuses, or applies wrongly. */
const UNKNOWN: Readonly<Partial<Record<FilterOperator, readonly TargetName[]>>> = {
  "equals-ignore-case": ["moto"],
  wildcard: ["localstack", "moto"],
  cidr: ["moto"],
  "anything-but suffix": ["localstack", "moto"],
  "anything-but wildcard": ["localstack", "moto"],
};

/** Faults of filter policies: the reproduction is the case itself. */
export const FILTER_FAULTS: readonly Fault[] = Object.entries(FILTERS).map(([operator, example]) => ({
  id: filterFault(operator),
  targets: targetsOf(operator),
  summary: `The filter operator "${operator}" is refused or applied wrongly; AWS knows it.`,
  shows: async ({ trial }) => {
    const names = await tryFilter(trial, example).catch(() => []);
    return names.join() !== "passes";
  },
}));

function targetsOf(operator: string): readonly TargetName[] {
  return Object.entries(UNKNOWN).find(([name]) => name === operator)?.[1] ?? [];
}
