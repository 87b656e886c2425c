import { legacyParameter } from "../errors.ts";

/** The parameters from before expressions, and what does the same today. Source: Developer Guide, "Legacy conditional parameters". */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["AttributesToGet", "ProjectionExpression"],
  ["AttributeUpdates", "UpdateExpression"],
  ["ConditionalOperator", "AND and OR in expressions"],
  ["Expected", "ConditionExpression"],
  ["KeyConditions", "KeyConditionExpression"],
  ["QueryFilter", "FilterExpression"],
  ["ScanFilter", "FilterExpression"],
]);

/** @throws AwsError `ValidationException` that names the parameter and what to use instead */
export function refuseLegacy(input: object): void {
  for (const [name, value] of Object.entries(input)) {
    const instead = INSTEAD.get(name);
    if (instead !== undefined && value !== undefined) {
      throw legacyParameter(name, instead);
    }
  }
}
