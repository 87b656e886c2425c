import type { IConstruct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { FILTER, isObject, refuseIf } from "../checks/index.ts";
import { checkAlternatives, checkConditions } from "./filter-conditions.ts";
import { checkFilterNumbers, checkFilterSize, checkWildcards } from "./filter-limits.ts";
import { checkEvents } from "./filter-policy.ts";

/** What {@link compileDataFilter} takes. */
export interface DataFilterOptions {
  readonly contract: AnyContract;
  /** Names of the events to deliver. */
  readonly events: readonly string[];
  readonly whereData?: object;
  /** Whether the policy matches the event types. */
  readonly types: boolean;
}

/**
 * Compiles events and conditions on their data to a filter policy of scope MessageBody. It matches the fields `type` and `data` of the
 * CloudEvents envelope.
 *
 * @throws FanfareError `ConfigurationInvalid` for an unknown event, or a policy that SNS would refuse
 */
export function compileDataFilter(scope: IConstruct, options: DataFilterOptions): Readonly<Record<string, unknown>> {
  const { contract, events, whereData, types } = options;
  checkEvents(scope, contract, events);
  if (whereData !== undefined) {
    checkFields(scope, whereData, "whereData");
  }
  const policy = {
    ...(types ? { type: events.map((name) => contract.events[name]?.type) } : {}),
    ...(whereData === undefined ? {} : { data: whereData }),
  };
  const combinations = combinationsOf(policy, 1);
  refuseIf(scope, combinations > FILTER.combinations, {
    field: "whereData",
    message: `the filter policy has ${combinations} combinations of values, each list counted times its depth in the message, but SNS allows at most ${FILTER.combinations}`,
    limit: `${FILTER.combinations} combinations`,
    remedy: "use fewer values or a prefix instead of a list, or make the field a routing attribute and use where",
  });
  checkFilterSize(scope, "whereData", policy);
  checkFilterNumbers(scope, "whereData", policy);
  checkWildcards(scope, "whereData", policy);
  return policy;
}

/** Source: the examples of "Filter policy constraints": each key counts its values times its nesting level. */
function combinationsOf(policy: object, depth: number): number {
  return Object.entries(policy).reduce<number>((product, [key, value]) => product * factorOf(key, value, depth), 1);
}

/** The alternatives of `$or` are added up; their keys are on the level of `$or` itself. */
function factorOf(key: string, value: unknown, depth: number): number {
  if (key === "$or" && Array.isArray(value)) {
    return value.filter(isObject).reduce<number>((sum, each) => sum + combinationsOf(each, depth), 0);
  }
  return Array.isArray(value) ? value.length * depth : isObject(value) ? combinationsOf(value, depth + 1) : 1;
}

function checkFields(scope: IConstruct, fields: object, path: string): void {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  refuseIf(scope, entries.length === 0, {
    field: path,
    message: `${path} is empty`,
    remedy: "name at least one field, or leave it out",
  });
  for (const [key, value] of entries) {
    const field = `${path}.${key}`;
    if (isObject(value)) {
      checkFields(scope, value, field);
      continue;
    }
    refuseIf(scope, !Array.isArray(value) || value.length === 0, {
      field,
      message: `${field} is neither a list of conditions nor an object of fields`,
      remedy: `write ${key}: ["value"], or leave ${key} out`,
    });
    if (key !== "$or") {
      checkConditions(scope, field, value);
      continue;
    }
    checkAlternatives(scope, field, value);
    for (const alternative of value.filter(isObject)) {
      checkFields(scope, alternative, field);
    }
  }
}
