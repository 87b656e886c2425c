import type { QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { constraint, validation } from "../errors.ts";
import { readExpressions, refuseFilterOnKeys } from "../expressions/index.ts";
import { type Entry, firstIndex, keyNames } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { checkItem } from "../values/index.ts";
import { Consumption, readUnits } from "./capacity.ts";
import { keyRange } from "./key-range.ts";
import { refuseLegacy } from "./legacy.ts";
import { type Page, readPage } from "./page.ts";
import { checkProjected, type Source, sourceOf, startOf } from "./source.ts";

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const query: DynamoDbHandler<"Query"> = (state, context, input) => {
  refuseLegacy(input);
  checkLimit(input.Limit);
  const { keys, filter, projection } = readExpressions(input);
  if (keys === undefined) {
    throw validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const table = state.require(context, input.TableName);
  const source = sourceOf(table, input);
  refuseFilterOnKeys(filter, keyNames(source.schema));
  checkProjected(source, projection);
  const range = keyRange(source.schema, source.collection, keys);
  const isBackward = input.ScanIndexForward === false;
  const start = startOf(source, input.ExclusiveStartKey && checkItem(input.ExclusiveStartKey));
  if (start !== undefined && start.key.partition !== range.partition) {
    throw validation("The provided starting key is outside query boundaries based on provided conditions");
  }
  const entries = behind(range.entries, start, isBackward);
  const page = readPage({ source, entries, filter, projection, limit: input.Limit, select: input.Select });
  return respond(source, input, page);
};

/** The entries that come after a place, in the wanted order. */
function behind(
  entries: readonly Entry[],
  start: Pick<Entry, "key" | "tie"> | undefined,
  isBackward: boolean,
): readonly Entry[] {
  const compare = (entry: Entry): number =>
    start === undefined ? 0 : compareText(entry.key.sort, start.key.sort) || compareText(entry.tie, start.tie);
  if (isBackward) {
    const end = start === undefined ? entries.length : firstIndex(entries, (entry) => compare(entry) >= 0);
    return entries.slice(0, end).reverse();
  }
  return start === undefined ? entries : entries.slice(firstIndex(entries, (entry) => compare(entry) > 0));
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function checkLimit(limit: number | undefined): void {
  if (limit !== undefined && !(limit >= 1)) {
    throw constraint("limit", limit, "have value greater than or equal to 1");
  }
}

/** The response of a query or scan. */
export function respond(source: Source, input: QueryCommandInput | ScanCommandInput, page: Page) {
  const consumption = new Consumption(source.table);
  consumption.addRead(readUnits(page.bytes, { consistent: input.ConsistentRead === true }), input.IndexName);
  const report = consumption.report(input.ReturnConsumedCapacity);
  return {
    ...(input.Select === "COUNT" ? {} : { Items: page.items.map((item) => ({ ...item })) }),
    Count: page.items.length,
    ScannedCount: page.scanned,
    ...(page.lastKey === undefined ? {} : { LastEvaluatedKey: { ...page.lastKey } }),
    ...(report === undefined ? {} : { ConsumedCapacity: report }),
  };
}
