import { roundToAccuracy } from "./numbers.ts";
import type { FilterableMessage, FilterSubject, Leaf } from "./subject.ts";
import type { Condition, FilterPolicy, Matcher, NumericRange, Scalar, TextPattern } from "./types.ts";

/** True when the policy lets the message through. */
export function matchesFilterPolicy(policy: FilterPolicy, message: FilterableMessage): boolean {
  if (policy.alternatives.some((conditions) => conditions.length === 0)) {
    return true;
  }
  const subject = message.subject(policy.scope);
  // "exists": false, too, needs at least one attribute or property ("Key matching").
  if (subject === undefined || subject.isEmpty) {
    return false;
  }
  return policy.alternatives.some((conditions) => matchesAll(conditions, subject));
}

/**
 * All conditions hold, and hold together: where the values come out of arrays of objects, they come out of the same
 * element. A value at `Records[0]` does not complete one at `Records[1]`.
 */
function matchesAll(conditions: readonly Condition[], subject: FilterSubject): boolean {
  const candidates: (readonly Leaf[])[] = [];
  for (const condition of conditions) {
    const leaves = subject.leaves.get(condition.path) ?? [];
    if (leaves.length === 0) {
      if (!condition.matchers.some(wantsAbsence)) {
        return false;
      }
      continue;
    }
    const matching = leaves.filter(({ value }) => condition.matchers.some((matcher) => matchesValue(matcher, value)));
    if (matching.length === 0) {
      return false;
    }
    candidates.push(matching);
  }
  return areConsistent(candidates, 0, new Map());
}

function wantsAbsence(matcher: Matcher): boolean {
  return matcher.operator === "exists" && !matcher.present;
}

function areConsistent(
  candidates: readonly (readonly Leaf[])[],
  index: number,
  taken: ReadonlyMap<number, number>,
): boolean {
  const leaves = candidates[index];
  if (leaves === undefined) {
    return true;
  }
  for (const { positions } of leaves) {
    const fits = [...positions].every(([array, position]) => (taken.get(array) ?? position) === position);
    if (fits && areConsistent(candidates, index + 1, new Map([...taken, ...positions]))) {
      return true;
    }
  }
  return false;
}

/** Whether one matcher accepts one value that is present. */
export function matchesValue(matcher: Matcher, value: Scalar): boolean {
  switch (matcher.operator) {
    case "equals":
      return isEqual(matcher.value, value);
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return matchesText(matcher, value);
    case "cidr":
      return typeof value === "string" && matcher.range(value);
    case "numeric":
      return typeof value === "number" && isWithin(matcher.range, roundToAccuracy(value));
    case "exists":
      // "The key must have a non-null and non-empty value" ("Key matching").
      return matcher.present && value !== null && value !== "";
    case "anything-but":
      return (
        !matcher.values.some((excluded) => isEqual(excluded, value)) &&
        !matcher.patterns.some((pattern) => matchesText(pattern, value))
      );
  }
}

function isEqual(expected: Scalar, value: Scalar): boolean {
  return typeof expected === "number" && typeof value === "number"
    ? roundToAccuracy(expected) === roundToAccuracy(value)
    : expected === value;
}

function matchesText(pattern: TextPattern, value: Scalar): boolean {
  if (typeof value !== "string") {
    return false;
  }
  switch (pattern.operator) {
    case "prefix":
      return value.startsWith(pattern.text);
    case "suffix":
      return value.endsWith(pattern.text);
    case "equals-ignore-case":
      return value.toLowerCase() === pattern.text.toLowerCase();
    case "wildcard":
      return matchesWildcard(pattern.parts, value);
  }
}

/** Takes each part at its first place after the one before: no backtracking, so no policy makes a match slow. */
function matchesWildcard(parts: readonly string[], value: string): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) {
    return value === first;
  }
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) {
    return false;
  }
  const end = value.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, position);
    if (found === -1 || found + part.length > end) {
      return false;
    }
    position = found + part.length;
  }
  return true;
}

function isWithin({ minimum, maximum }: NumericRange, value: number): boolean {
  if (minimum !== undefined && (minimum.inclusive ? value < minimum.value : value <= minimum.value)) {
    return false;
  }
  return maximum === undefined || (maximum.inclusive ? value <= maximum.value : value < maximum.value);
}
