import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, parseJson } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import { compilePattern } from "../pollers/index.ts";
import type { ReadRecord } from "./record.ts";

/** Records of one partition key are always in the same lane. */
export function laneOf({ record }: ReadRecord, partitionKey: string, lanes: number): number {
  if (lanes === 1) {
    return 0;
  }
  const { Keys = {} } = record.dynamodb;
  const key = isJsonObject(Keys) ? Keys[partitionKey] : undefined;
  return (
    createHash("md5")
      .update(JSON.stringify(key ?? null))
      .digest()
      .readUInt32BE() % lanes
  );
}

/**
 * Compiles the patterns of `FilterCriteria`: one of them has to match a record; without any, all match.
 *
 * @throws LocalError `MappingInvalid`
 */
export function compileStreamFilters(patterns: readonly string[]): (record: JsonObject) => boolean {
  const tests = patterns.map((text) => {
    const pattern = parseJson(text);
    if (!isJsonObject(pattern)) {
      throw new LocalError(
        "MappingInvalid",
        `InvalidParameterValueException: filter pattern: not a JSON object: ${text}`,
      );
    }
    return compilePattern(pattern);
  });
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}
