import type { Condition, Matcher, TextPattern } from "./types.ts";

/** Points of a pattern with one `*`, and of each `*` of a pattern with several. */
const SINGLE = 1;
const EACH_OF_SEVERAL = 3;

/**
 * How much work the patterns with `*` are: for each key the points of its patterns times their number, in all keys together.
 *
 * Source: Developer Guide, "String value matching", wildcard matching.
 */
export function wildcardPoints(conditions: Iterable<Condition>): number {
  let total = 0;
  for (const { matchers } of conditions) {
    const points = matchers.flatMap(wildcardsOf).map(pointsOf);
    total += points.reduce((sum, each) => sum + each, 0) * points.length;
  }
  return total;
}

function wildcardsOf(matcher: Matcher): TextPattern[] {
  switch (matcher.operator) {
    case "wildcard":
      return [matcher];
    case "anything-but":
      return matcher.patterns.filter(({ operator }) => operator === "wildcard");
    default:
      return [];
  }
}

function pointsOf(pattern: TextPattern): number {
  const stars = pattern.operator === "wildcard" ? pattern.parts.length - 1 : 0;
  return stars > 1 ? stars * EACH_OF_SEVERAL : stars * SINGLE;
}
