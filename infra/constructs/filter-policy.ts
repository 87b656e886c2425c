import { Annotations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { AnyContract, Where } from "../../lib/contract/index.ts";
import { TYPE_ATTRIBUTE } from "../../lib/names/index.ts";
import { FILTER } from "./limits.ts";
import { configurationInvalid } from "./validation.ts";

/** A subscription's filter policy of scope MessageAttributes, as SNS takes it. */
export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

/** What {@link compileFilterPolicy} takes. */
export interface FilterPolicyOptions {
  readonly contract: AnyContract;
  /** Names of the events to deliver. */
  readonly events: readonly string[];
  readonly where: Where<AnyContract> | undefined;
  /** Whether the policy asks for the events' types. */
  readonly types: boolean;
}

/**
 * Compiles events and conditions to a filter policy; `undefined` when there is nothing to filter on.
 *
 * @throws FanfareError `ConfigurationInvalid` for an unknown event or attribute, or a policy that SNS would refuse.
 */
export function compileFilterPolicy(scope: IConstruct, options: FilterPolicyOptions): FilterPolicy | undefined {
  const { contract, events, where = {}, types } = options;
  checkEvents(scope, contract, events);
  checkAttributes(scope, contract, events, where);
  checkLists(scope, where);
  const conditions = conditionsOf(where);
  const typesOfEvents = events.map((name) => contract.events[name]?.type);
  const policy: FilterPolicy = types ? { [TYPE_ATTRIBUTE]: typesOfEvents, ...conditions } : conditions;
  if (Object.keys(policy).length === 0) return undefined;
  checkSize(scope, policy);
  checkNumbers(scope, policy);
  return policy;
}

/** Booleans travel as text (`String` attributes `true` and `false`), so a policy that asks for booleans would never match. */
function conditionsOf(where: object): FilterPolicy {
  const conditions: Record<string, readonly unknown[]> = {};
  for (const [attribute, values] of Object.entries(where)) {
    if (!Array.isArray(values)) continue;
    conditions[attribute] =
      attribute === "$or"
        ? values.map((alternative) => (isObject(alternative) ? conditionsOf(alternative) : alternative))
        : values.map((value) => (typeof value === "boolean" ? String(value) : value));
  }
  return conditions;
}

function checkEvents(scope: IConstruct, contract: AnyContract, events: readonly string[]): void {
  const known = Object.keys(contract.events);
  for (const name of events) {
    if (Object.hasOwn(contract.events, name)) continue;
    throw configurationInvalid(scope, {
      field: "events",
      message: `contract ${contract.name} has no event "${name}"`,
      remedy: `use ${known.join(", ")}, or add the event to the contract`,
    });
  }
  if (events.length === 0) {
    throw configurationInvalid(scope, {
      field: "events",
      message: "events is empty: no message would ever be delivered",
      remedy: "name at least one event, or leave events out for all events of the contract",
    });
  }
}

function checkAttributes(
  scope: IConstruct,
  contract: AnyContract,
  events: readonly string[],
  where: Where<AnyContract>,
): void {
  const settersOf = (attribute: string): string[] =>
    events.filter((name) => contract.events[name]?.definition.attributeNames.includes(attribute));
  for (const attribute of keysOf(where)) {
    const setters = settersOf(attribute);
    if (setters.length === 0) {
      const possible = events.flatMap((name) => contract.events[name]?.definition.attributeNames ?? []);
      throw configurationInvalid(scope, {
        field: `where.${attribute}`,
        message: `where names the attribute "${attribute}", which ${events.join(", ")} of contract ${contract.name} never set`,
        remedy:
          possible.length === 0
            ? "declare the attribute with the event in the contract"
            : `use ${[...new Set(possible)].join(", ")}, or declare the attribute with the event in the contract`,
      });
    }
    const others = events.filter((name) => !setters.includes(name));
    if (others.length > 0 && Object.hasOwn(where, attribute) && !acceptsAbsence(where[attribute])) {
      Annotations.of(scope).addWarningV2(
        "fanfare:attributeNotSetByAllEvents",
        `where.${attribute} never matches ${others.join(", ")}, which do not set the attribute. Subscribe to them on their own, or set it there too.`,
      );
    }
  }
}

function acceptsAbsence(conditions: unknown): boolean {
  return Array.isArray(conditions) && conditions.some((condition) => isObject(condition) && condition.exists === false);
}

/** The attributes of conditions, those of the alternatives of `$or` included, once each. */
function keysOf(policy: object): string[] {
  const keys = Object.entries(policy).flatMap(([key, value]) =>
    key === "$or" && Array.isArray(value) ? value.filter(isObject).flatMap(keysOf) : [key],
  );
  return [...new Set(keys)];
}

function checkLists(scope: IConstruct, policy: object, path = "where"): void {
  for (const [key, values] of Object.entries(policy)) {
    if (values === undefined) continue;
    if (!Array.isArray(values) || values.length === 0) {
      throw configurationInvalid(scope, {
        field: `${path}.${key}`,
        message: `${path}.${key} is not a list of conditions, or is empty`,
        remedy: `write ${key}: ["value"], or leave ${key} out`,
      });
    }
    if (key === "$or") for (const alternative of values.filter(isObject)) checkLists(scope, alternative, `${path}.$or`);
  }
}

function checkSize(scope: IConstruct, policy: FilterPolicy): void {
  const keys = keysOf(policy);
  if (keys.length > FILTER.keys) {
    throw configurationInvalid(scope, {
      field: "where",
      message: `the filter policy has ${keys.length} keys (${keys.join(", ")}), SNS allows ${FILTER.keys}`,
      limit: `${FILTER.keys} keys`,
      remedy: "filter on fewer attributes; the type takes one key unless filter is none",
    });
  }
  const combinations = combinationsOf(policy);
  if (combinations > FILTER.combinations) {
    throw configurationInvalid(scope, {
      field: "where",
      message: `the filter policy has ${combinations} combinations of values, SNS allows ${FILTER.combinations}`,
      limit: `${FILTER.combinations} combinations`,
      remedy: "use fewer values, a prefix or wildcard instead of a list, or several subscribers",
    });
  }
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  if (bytes > FILTER.bytes) {
    throw configurationInvalid(scope, {
      field: "where",
      message: `the filter policy has ${bytes} bytes of JSON, SNS allows ${FILTER.bytes}`,
      limit: `${FILTER.bytes} bytes`,
      remedy: "use fewer or shorter values",
    });
  }
}

/** Each key multiplies by its number of values; the alternatives of `$or` add up and multiply as one. */
function combinationsOf(policy: object): number {
  let product = 1;
  for (const [key, values] of Object.entries(policy)) {
    if (!Array.isArray(values)) continue;
    product *=
      key === "$or"
        ? values.filter(isObject).reduce((sum, alternative) => sum + combinationsOf(alternative), 0)
        : values.reduce<number>((count, value) => count + valuesIn(value), 0);
  }
  return product;
}

/** A list under `anything-but` counts each of its values. */
function valuesIn(condition: unknown): number {
  if (isObject(condition) && Array.isArray(condition["anything-but"])) return condition["anything-but"].length;
  return 1;
}

function checkNumbers(scope: IConstruct, value: unknown): void {
  if (typeof value === "number") {
    const text = String(value);
    // Below 10^-6 JavaScript writes an exponent: more than five decimals in any case.
    const precise = !text.includes("e-") && (text.split(".")[1]?.length ?? 0) <= FILTER.decimals;
    if (Number.isFinite(value) && Math.abs(value) <= FILTER.magnitude && precise) return;
    throw configurationInvalid(scope, {
      field: "where",
      message: `the filter policy has the number ${text}, SNS takes numbers within 10^9 with ${FILTER.decimals} decimals`,
      limit: `10^9, ${FILTER.decimals} decimals`,
      remedy: "send the attribute in another unit, or as text",
    });
  }
  if (Array.isArray(value)) for (const item of value) checkNumbers(scope, item);
  else if (isObject(value)) for (const item of Object.values(value)) checkNumbers(scope, item);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
