import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item in the SDK's form. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Whether two values are of one type and equal. Numbers are compared as numbers. */
export function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  if (left.N !== undefined && right.N !== undefined) {
    return Number(left.N) === Number(right.N);
  }
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Order of two strings or two numbers; NaN for other types, so that no comparison is true. */
export function compareValues(left: AttributeValue, right: AttributeValue): number {
  if (left.N !== undefined && right.N !== undefined) {
    return Number(left.N) - Number(right.N);
  }
  if (left.S !== undefined && right.S !== undefined) {
    return left.S < right.S ? -1 : left.S > right.S ? 1 : 0;
  }
  return Number.NaN;
}
