import type { KeysAndAttributes, WriteRequest } from "@aws-sdk/client-dynamodb";
import { constraint, validation } from "../errors.ts";
import { project, readExpressions } from "../expressions/index.ts";
import { LIMITS } from "../limits.ts";
import { keyOfRequest, type Table, tieOf } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { checkItem, type Item, itemSize } from "../values/index.ts";
import { Consumptions, readUnits } from "./capacity.ts";
import { refuseLegacy } from "./legacy.ts";
import { deleteWrite, perform, putWrite, required, type Write } from "./write.ts";

/**
 * Items of several tables. What does not fit into 16 MB is unprocessed.
 *
 * @throws AwsError `ValidationException`, `ResourceNotFoundException`
 */
export const batchGetItem: DynamoDbHandler<"BatchGetItem"> = (state, context, input) => {
  const tables = Object.entries(required(input.RequestItems, "requestItems"));
  const count = tables.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0);
  if (tables.length === 0) {
    throw constraint("requestItems", "{}", "have length greater than or equal to 1");
  }
  if (count > LIMITS.batchGetKeys) {
    throw validation("Too many items requested for the BatchGetItem call");
  }
  const reads = tables.map(([name, request]) => readerOf(state.require(context, name), name, request));
  const consumptions = new Consumptions();
  let bytes = 0;
  const responses: [string, Item[]][] = [];
  const unprocessed: [string, KeysAndAttributes][] = [];
  for (const { name, table, keys, request, shape } of reads) {
    const items: Item[] = [];
    const rest: Item[] = [];
    for (const { given, place } of keys) {
      const item = table.get(place);
      const size = item === undefined ? 0 : itemSize(item);
      if (bytes + size > LIMITS.batchGetBytes) {
        rest.push(given);
        continue;
      }
      bytes += size;
      consumptions.of(table).addRead(readUnits(size, { consistent: request.ConsistentRead === true }));
      if (item !== undefined) {
        items.push({ ...shape(item) });
      }
    }
    responses.push([name, items]);
    if (rest.length > 0) {
      unprocessed.push([name, { ...request, Keys: rest.map((key) => ({ ...key })) }]);
    }
  }
  const report = consumptions.report(input.ReturnConsumedCapacity);
  return {
    Responses: Object.fromEntries(responses),
    UnprocessedKeys: Object.fromEntries(unprocessed),
    ...(report === undefined ? {} : { ConsumedCapacity: report }),
  };
};

function readerOf(table: Table, name: string, request: KeysAndAttributes) {
  refuseLegacy(request);
  const { projection } = readExpressions(request);
  const keys = required(request.Keys, `requestItems.${name}.member.keys`).map((given) => {
    const key = checkItem(given);
    return { given: key, place: keyOfRequest(table.schema, key) };
  });
  if (keys.length === 0) {
    throw constraint(`requestItems.${name}.member.keys`, "[]", "have length greater than or equal to 1");
  }
  if (new Set(keys.map(({ place }) => tieOf(place))).size < keys.length) {
    throw validation("Provided list of item keys contains duplicates");
  }
  return {
    name,
    table,
    keys,
    request,
    shape: (item: Item) => (projection === undefined ? item : project(item, projection)),
  };
}

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const batchWriteItem: DynamoDbHandler<"BatchWriteItem"> = (state, context, input) => {
  const tables = Object.entries(required(input.RequestItems, "requestItems"));
  const requests = tables.flatMap(([name, list]) => list.map((request) => ({ name, request })));
  if (requests.length === 0) {
    throw validation("Batch write requests can not be empty: give at least one request for each table");
  }
  if (requests.length > LIMITS.batchWriteRequests) {
    throw validation("Too many items requested for the BatchWriteItem call");
  }
  const writes = requests.map(({ name, request }) => writeOf(state, context, name, request));
  const places = writes.map(({ table, key }) => `${table.definition.arn} ${tieOf(key)}`);
  if (new Set(places).size < places.length) {
    throw validation("Provided list of item keys contains duplicates");
  }
  const consumptions = new Consumptions();
  for (const write of writes) {
    const { before, after } = perform(state, write);
    consumptions.of(write.table).addWrite(before, after);
  }
  const report = consumptions.report(input.ReturnConsumedCapacity);
  return { UnprocessedItems: {}, ...(report === undefined ? {} : { ConsumedCapacity: report }) };
};

function writeOf(
  state: Parameters<typeof putWrite>[0],
  context: Parameters<typeof putWrite>[1],
  TableName: string,
  { PutRequest, DeleteRequest }: WriteRequest,
): Write {
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw validation(
      PutRequest === undefined
        ? "Supplied AttributeValue has no request: each WriteRequest needs PutRequest or DeleteRequest"
        : "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  return PutRequest === undefined
    ? deleteWrite(state, context, { TableName, Key: DeleteRequest?.Key })
    : putWrite(state, context, { TableName, Item: PutRequest.Item });
}
