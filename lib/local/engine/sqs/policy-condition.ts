import { matchesPattern } from "./policy-pattern.ts";

type Test = (expected: string, actual: string) => boolean;

const equal: Test = (expected, actual) => expected === actual;
const equalIgnoringCase: Test = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();

/**
 * ArnEquals behaves as ArnLike does: each of the six parts is a pattern ("IAM JSON policy elements: Condition
 * operators").
 */
const arnLike: Test = (expected, actual) => {
  const patterns = splitArn(expected);
  const parts = splitArn(actual);
  return (
    patterns.length === parts.length && patterns.every((pattern, place) => matchesPattern(pattern, parts[place] ?? ""))
  );
};

/** The operators that ask for a match; the ones in `NEGATED` ask that nothing matches. */
const MATCHING: Readonly<Record<string, Test>> = {
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: equalIgnoringCase,
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: matchesPattern,
};

const NEGATED: Readonly<Record<string, Test>> = {
  ArnNotEquals: arnLike,
  ArnNotLike: arnLike,
  StringNotEquals: equal,
  StringNotEqualsIgnoreCase: equalIgnoringCase,
  StringNotLike: matchesPattern,
};

const IF_EXISTS = "IfExists";

/**
 * One condition: an operator, the values it may match and what the request has under the key (`undefined` when
 * nothing). A missing key fails a matching operator and satisfies a negated one. Unknown operators are never
 * satisfied.
 */
export function matchesCondition(operator: string, expected: readonly string[], actual: string | undefined): boolean {
  if (operator === "Null") {
    return expected.includes(String(actual === undefined));
  }
  const ifExists = operator.endsWith(IF_EXISTS);
  const name = ifExists ? operator.slice(0, -IF_EXISTS.length) : operator;
  const matching = MATCHING[name];
  if (matching !== undefined) {
    return actual === undefined ? ifExists : expected.some((value) => matching(value, actual));
  }
  const negated = NEGATED[name];
  return negated !== undefined && (actual === undefined || !expected.some((value) => negated(value, actual)));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
