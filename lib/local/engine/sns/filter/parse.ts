import { isJsonObject, type JsonObject } from "../../../../std/index.ts";
import { FilterPolicyError } from "./error.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { OPERATORS, parseMatcher } from "./matchers.ts";
import type { Condition, FilterPolicy, FilterPolicyScope } from "./types.ts";
import { wildcardPoints } from "./wildcard-complexity.ts";

/** A condition with what its complexity needs: how deep its key lies (1 = at the root). */
interface LeveledCondition extends Condition {
  readonly level: number;
}

/**
 * Parses and validates the JSON of a filter policy.
 *
 * @param text the policy as the attribute `FilterPolicy` holds it
 * @returns the policy with `$or` expanded into alternatives; an empty object gives one alternative without conditions,
 * which everything satisfies
 * @throws FilterPolicyError for anything that SNS refuses
 */
export function parseFilterPolicy(text: string, scope: FilterPolicyScope): FilterPolicy {
  if (Buffer.byteLength(text) > FILTER_LIMITS.bytes) {
    throw new FilterPolicyError(`Filter policy is larger than ${FILTER_LIMITS.bytes} bytes`);
  }
  const policy = parseJson(text);
  if (scope === "MessageAttributes") {
    refuseNesting(policy);
  }
  const alternatives = expand(policy, [], 1);
  if (countKeys(policy, scope, alternatives) > FILTER_LIMITS.keys) {
    throw new FilterPolicyError(`Filter policy can not have more than ${FILTER_LIMITS.keys} keys`);
  }
  if (combinations(alternatives) > FILTER_LIMITS.combinations) {
    throw new FilterPolicyError("Filter policy is too complex");
  }
  if (Math.max(...alternatives.map(wildcardPoints)) > FILTER_LIMITS.wildcardPoints) {
    throw new FilterPolicyError("Filter policy is too complex");
  }
  return {
    scope,
    alternatives: alternatives.map((conditions) => conditions.map(({ path, matchers }) => ({ path, matchers }))),
  };
}

function parseJson(text: string): JsonObject {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw new FilterPolicyError(`failed to parse JSON. ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isJsonObject(policy)) {
    throw new FilterPolicyError("Filter is not an object");
  }
  return policy;
}

/**
 * The alternatives of one object of the policy: the conditions of its keys, multiplied with the alternatives of its
 * nested objects and of its `$or`.
 *
 * Each step checks the limit, so that a hostile policy cannot make the expansion grow without bound.
 */
function expand(object: JsonObject, parents: readonly string[], level: number): LeveledCondition[][] {
  let alternatives: LeveledCondition[][] = [[]];
  for (const [key, value] of Object.entries(object)) {
    alternatives = multiply(alternatives, expandKey(key, value, parents, level));
    if (alternatives.length > FILTER_LIMITS.combinations) {
      throw new FilterPolicyError("Filter policy is too complex");
    }
  }
  return alternatives;
}

function expandKey(key: string, value: unknown, parents: readonly string[], level: number): LeveledCondition[][] {
  const branches = orBranches(key, value);
  // The keys inside `$or` are on the level of `$or` itself.
  if (branches !== undefined) {
    return branches.flatMap((branch) => expand(branch, parents, level));
  }
  const path = [...parents, key];
  if (isJsonObject(value)) {
    if (Object.keys(value).length === 0) {
      throw new FilterPolicyError("Empty objects are not allowed");
    }
    return expand(value, path, level + 1);
  }
  if (!Array.isArray(value)) {
    throw new FilterPolicyError(`"${key}" must be an object or an array`);
  }
  if (value.length === 0) {
    throw new FilterPolicyError("Empty arrays are not allowed");
  }
  return [[{ path: path.join("."), matchers: value.map(parseMatcher), level }]];
}

/**
 * The branches of `$or`. It is the operator only when it holds at least two objects none of which uses an operator's name
 * as a key; otherwise `$or` is a key like any other.
 *
 * Source: Amazon SNS Developer Guide, "AND/OR logic".
 */
function orBranches(key: string, value: unknown): JsonObject[] | undefined {
  if (key !== "$or" || !Array.isArray(value) || value.length < 2) {
    return undefined;
  }
  const branches = (value as readonly unknown[]).filter(isJsonObject);
  if (branches.length !== value.length) {
    return undefined;
  }
  const isAlternative = (branch: JsonObject) => {
    const keys = Object.keys(branch);
    return keys.length > 0 && !keys.some((name) => OPERATORS.has(name));
  };
  return branches.every(isAlternative) ? branches : undefined;
}

function multiply(left: LeveledCondition[][], right: LeveledCondition[][]): LeveledCondition[][] {
  return left.flatMap((first) => right.map((second) => [...first, ...second]));
}

/** Source: the examples of "Filter policy constraints": each key counts its values times its nesting level. */
function combinations(alternatives: readonly (readonly LeveledCondition[])[]): number {
  let total = 0;
  for (const conditions of alternatives) {
    let product = 1;
    for (const { matchers, level } of conditions) {
      product *= matchers.length * level;
    }
    total += product;
  }
  return total;
}

function countKeys(
  policy: JsonObject,
  scope: FilterPolicyScope,
  alternatives: readonly (readonly Condition[])[],
): number {
  if (scope === "MessageBody") {
    return Object.keys(policy).length;
  }
  return new Set(alternatives.flat().map((condition) => condition.path)).size;
}

function refuseNesting(policy: JsonObject): void {
  for (const [key, value] of Object.entries(policy)) {
    const branches = orBranches(key, value);
    if (branches !== undefined) {
      branches.forEach(refuseNesting);
    } else if (isJsonObject(value)) {
      // A scalar below is the plainer mistake, and the one that SNS reports first.
      expand(policy, [], 1);
      throw new FilterPolicyError("Filter policy scope MessageAttributes does not support nested filter policy", {
        isAboutScope: true,
      });
    }
  }
}
