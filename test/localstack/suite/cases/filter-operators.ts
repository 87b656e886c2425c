import { deepEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { type FilterExample, tryFilter } from "../support/filtered.ts";

/** One example of each operator that SNS knows. Source: Amazon SNS Developer Guide, "Filter policy operators". */
export const FILTERS = {
  exact: { policy: { x: ["red"] }, passes: "red", stays: "blue" },
  prefix: { policy: { x: [{ prefix: "re" }] }, passes: "red", stays: "blue" },
  suffix: { policy: { x: [{ suffix: "ed" }] }, passes: "red", stays: "blue" },
  "equals-ignore-case": { policy: { x: [{ "equals-ignore-case": "RED" }] }, passes: "red", stays: "blue" },
  wildcard: { policy: { x: [{ wildcard: "r*d" }] }, passes: "red", stays: "blue" },
  cidr: { policy: { x: [{ cidr: "10.0.0.0/24" }] }, passes: "10.0.0.7", stays: "10.0.1.7" },
  numeric: { policy: { x: [{ numeric: [">", 1, "<=", 2.5] }] }, passes: 2.5, stays: 1 },
  exists: { policy: { x: [{ exists: true }] }, passes: "red", stays: undefined },
  "anything-but": { policy: { x: [{ "anything-but": ["blue", "green"] }] }, passes: "red", stays: "blue" },
  "anything-but prefix": { policy: { x: [{ "anything-but": { prefix: "bl" } }] }, passes: "red", stays: "blue" },
  "anything-but suffix": { policy: { x: [{ "anything-but": { suffix: "ue" } }] }, passes: "red", stays: "blue" },
  "anything-but wildcard": { policy: { x: [{ "anything-but": { wildcard: "b*e" } }] }, passes: "red", stays: "blue" },
  $or: { policy: { $or: [{ x: ["red"] }, { y: ["red"] }] }, passes: "red", stays: "blue" },
  "body scope": { policy: { x: ["red"] }, scope: "MessageBody", passes: "red", stays: "blue" },
} as const satisfies Readonly<Record<string, FilterExample>>;

/** The name of an example. */
export type FilterOperator = keyof typeof FILTERS;

/** The faults that spoil the case of an operator have its name. */
export function filterFault(operator: string): string {
  return `filter-${operator.replaceAll(/[^a-z]+/gi, "-").replace(/^-/, "")}`;
}

/** What of the operators a target knows: a message that passes arrives, one that does not stays away. */
export const filterOperatorCases: readonly Case[] = Object.entries(FILTERS).map(([operator, example]) => ({
  name: `filter operators: ${operator}`,
  spoiltBy: [filterFault(operator)],
  run: async (trial) => deepEqual(await tryFilter(trial, example), ["passes"]),
}));
