import type { IConstruct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { TYPE_ATTRIBUTE } from "../../../lib/names/index.ts";
import { isObject, refuse, refuseIf } from "../checks/index.ts";
import { checkAlternatives, checkConditions } from "./filter-conditions.ts";
import { checkFilterLimits, type FilterPolicy, keysOf } from "./filter-limits.ts";

/** What {@link compileFilterPolicy} takes. */
export interface FilterPolicyOptions {
  readonly contract: AnyContract;
  /** Names of the events to deliver. */
  readonly events: readonly string[];
  readonly where: object | undefined;
  /** Whether the policy matches the event types. */
  readonly types: boolean;
  /** Whether the user chose the events, so that each must be able to match; otherwise `where` alone chooses. */
  readonly chosen: boolean;
}

/**
 * Compiles events and conditions to a filter policy; returns `undefined` if there is nothing to filter on.
 *
 * @throws FanfareError `ConfigurationInvalid` for an unknown event or attribute, or a policy that SNS would refuse
 */
export function compileFilterPolicy(scope: IConstruct, options: FilterPolicyOptions): FilterPolicy | undefined {
  const { contract, events, where = {}, types, chosen } = options;
  checkEvents(scope, contract, events);
  checkLists(scope, where);
  checkAttributes(scope, contract, events, where);
  if (chosen) {
    checkReach(scope, contract, events, where);
  }
  const conditions = conditionsOf(where);
  const typesOfEvents = events.map((name) => contract.events[name]?.type);
  const policy: FilterPolicy = types ? { [TYPE_ATTRIBUTE]: typesOfEvents, ...conditions } : conditions;
  if (Object.keys(policy).length === 0) {
    return undefined;
  }
  checkFilterLimits(scope, policy);
  return policy;
}

/** Converts booleans to strings: they are sent as `String` attributes, so a policy with booleans would never match. */
function conditionsOf(where: object): FilterPolicy {
  const conditions: Record<string, readonly unknown[]> = {};
  for (const [attribute, values] of Object.entries(where)) {
    if (!Array.isArray(values)) {
      continue;
    }
    conditions[attribute] =
      attribute === "$or"
        ? values.map((alternative) => (isObject(alternative) ? conditionsOf(alternative) : alternative))
        : values.map((value) => (typeof value === "boolean" ? String(value) : value));
  }
  return conditions;
}

/**
 * Checks that a subscription names events, and only those of the contract.
 *
 * @throws FanfareError `ConfigurationInvalid`
 */
export function checkEvents(scope: IConstruct, contract: AnyContract, events: readonly string[]): void {
  const unknown = events.find((name) => !Object.hasOwn(contract.events, name));
  refuseIf(scope, unknown !== undefined, {
    field: "events",
    message: `contract ${contract.name} has no event "${unknown}"`,
    remedy: `use ${Object.keys(contract.events).join(", ")}, or add the event to the contract`,
  });
  refuseIf(scope, events.length === 0, {
    field: "events",
    message: "events is empty: no message would ever be delivered",
    remedy: "name at least one event, or leave events out for all events of the contract",
  });
}

function checkAttributes(scope: IConstruct, contract: AnyContract, events: readonly string[], where: object): void {
  const attributesOf = (name: string) => contract.events[name]?.definition.attributeNames ?? [];
  for (const attribute of keysOf(where)) {
    if (!events.some((name) => attributesOf(name).includes(attribute))) {
      const possible = [...new Set(events.flatMap(attributesOf))];
      const declare = "declare the attribute for the event in the contract";
      refuse(scope, {
        field: `where.${attribute}`,
        message: `where names the attribute "${attribute}", which these events of contract ${contract.name} do not set: ${events.join(", ")}`,
        remedy: possible.length === 0 ? declare : `use ${possible.join(", ")}, or ${declare}`,
      });
    }
  }
}

/** Checks that each event can match: an event that does not set an attribute never matches a condition on it. */
function checkReach(scope: IConstruct, contract: AnyContract, events: readonly string[], where: object): void {
  const attributesOf = (name: string) => contract.events[name]?.definition.attributeNames ?? [];
  for (const [attribute, conditions] of Object.entries(where)) {
    const never = events.filter((name) => !canMatch(attribute, conditions, attributesOf(name)));
    const others = events.filter((name) => !never.includes(name));
    refuseIf(scope, never.length > 0, {
      field: `where.${attribute}`,
      message: `where.${attribute} never matches ${never.join(", ")}: ${attribute === "$or" ? "each alternative asks for an attribute that the event does not set" : "the event does not set the attribute"}, so it would never arrive`,
      remedy: `leave ${never.join(", ")} out of events${others.length === 0 ? "" : ` (events: ${JSON.stringify(others)}) and add another subscriber for them`}, accept its absence ([..., { exists: false }]), or declare the attribute for it in the contract`,
    });
  }
}

/** Whether a condition can hold for an event that sets these attributes and no others. */
function canMatch(attribute: string, conditions: unknown, attributes: readonly string[]): boolean {
  if (!Array.isArray(conditions)) {
    // Absent, or refused elsewhere because it is not a list.
    return true;
  }
  if (attribute === "$or") {
    return conditions
      .filter(isObject)
      .some((alternative) => Object.entries(alternative).every(([key, values]) => canMatch(key, values, attributes)));
  }
  return attributes.includes(attribute) || acceptsAbsence(conditions);
}

function acceptsAbsence(conditions: readonly unknown[]): boolean {
  return conditions.some((condition) => isObject(condition) && condition.exists === false);
}

function checkLists(scope: IConstruct, policy: object, path = "where"): void {
  for (const [key, values] of Object.entries(policy)) {
    if (values === undefined) {
      continue;
    }
    refuseIf(scope, !Array.isArray(values) || values.length === 0, {
      field: `${path}.${key}`,
      message: `${path}.${key} is empty, or not a list of conditions`,
      remedy: `write ${key}: ["value"], or leave ${key} out`,
    });
    if (key !== "$or") {
      checkConditions(scope, `${path}.${key}`, values);
      continue;
    }
    checkAlternatives(scope, `${path}.$or`, values);
    for (const alternative of values.filter(isObject)) {
      checkLists(scope, alternative, `${path}.$or`);
    }
  }
}
