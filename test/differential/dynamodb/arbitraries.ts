import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import type { Operation } from "./operation.ts";

/** The table of a sequence: a partition key `id`, a sort key `at`, the index `by-color` on `color` and `at`. */
export const TABLE = "items";
export const INDEX = "by-color";

/** How numbers are written. */
export interface Spelling {
  /** Only as DynamoDB returns them: for an emulator that takes `1e2` and `100` for two numbers. */
  readonly plainNumbers: boolean;
}

/** One call of any kind. */
export function operations({ plainNumbers }: Spelling): fc.Arbitrary<Operation> {
  const id = fc.constantFrom("a", "b", "é").map((S) => ({ S }));
  const at = fc.constantFrom("-1.5", "0", "2", "10", plainNumbers ? "100" : "1e2").map((N) => ({ N }));
  const key = fc.record({ id, at });
  const color = fc.constantFrom("red", "green", "Grün").map((S) => ({ S }));

  const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
    fc.constantFrom("", "x", "xy", "zoo", "ü").map((S) => ({ S })),
    fc
      .constantFrom("0", "1", "-3", "12345678901234567890.5", ...(plainNumbers ? ["1.5"] : ["1.50", "1e-5"]))
      .map((N) => ({ N })),
    fc.constantFrom([0], [1, 2], [255]).map((bytes) => ({ B: new Uint8Array(bytes) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc.subarray(["x", "y", "z"], { minLength: 1 }).map((SS) => ({ SS })),
    fc.subarray(["1", "2", "3"], { minLength: 1 }).map((NS) => ({ NS })),
  );
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("p", "q"), scalar).map((M) => ({ M: { ...M } })) },
  );
  const attributes = fc
    .record({ n: value, m: value, color }, { requiredKeys: [] })
    .map((given) => Object.fromEntries(Object.entries(given).flatMap(([name, each]) => (each ? [[name, each]] : []))));
  const item = fc.tuple(key, attributes).map(([keys, rest]) => ({ ...keys, ...rest }));

  const operand = fc.constantFrom("n", "m", "m.p", "n[0]", "color", "id");
  const comparison = fc
    .tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="))
    .map(([path, comparator]) => `${path} ${comparator} :v`);
  const test = fc.oneof(
    comparison,
    operand.map((path) => `attribute_exists(${path})`),
    operand.map((path) => `attribute_not_exists(${path})`),
    operand.map((path) => `contains(${path}, :v)`),
    operand.map((path) => `size(${path}) >= :size`),
    operand.map((path) => `NOT ${path} IN (:v, :size)`),
    operand.map((path) => `${path} BETWEEN :size AND :ten`),
  );
  const condition = fc.oneof(
    { weight: 3, arbitrary: test },
    { weight: 1, arbitrary: fc.tuple(test, fc.constantFrom("AND", "OR"), test).map((parts) => `(${parts.join(" ")})`) },
  );

  const SIZE = { ":size": { N: "1" }, ":ten": { N: "10" } };

  /** The values that a text refers to. */
  function valuesFor(text: string, given: AttributeValue) {
    const all = Object.entries({ ":v": given, ...SIZE });
    const used = all.filter(([name]) => new RegExp(`${name}\\b`).test(text));
    return used.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(used) };
  }

  const conditional = fc
    .option(fc.tuple(condition, scalar), { nil: undefined })
    .map((given) => (given === undefined ? {} : { ConditionExpression: given[0], ...valuesFor(given[0], given[1]) }));

  const update = fc.oneof(
    fc.constantFrom("SET n = :v", "SET m = if_not_exists(m, :v)", "SET m.p = :v", "SET n[0] = :v", "SET color = :v"),
    fc.constantFrom("SET n = n + :size", "SET n = :ten - n", "SET n = list_append(n, m)", "ADD n :v", "DELETE n :v"),
    fc.constantFrom("REMOVE n", "REMOVE m.p, n[0]", "SET m = :v REMOVE n", "ADD n :size SET m = n", "SET n = n, m = m"),
  );

  const put = fc.tuple(item, conditional).map(([Item, more]) => ({ TableName: TABLE, Item, ...more }));
  const remove = fc.tuple(key, conditional).map(([Key, more]) => ({ TableName: TABLE, Key, ...more }));
  const change = fc
    .tuple(key, update, scalar, fc.option(condition, { nil: undefined }))
    .map(([Key, UpdateExpression, given, ConditionExpression]) => ({
      TableName: TABLE,
      Key,
      UpdateExpression,
      ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
      ...valuesFor(`${UpdateExpression} ${ConditionExpression ?? ""}`, given),
    }));

  const filter = fc
    .option(
      fc.tuple(
        test.filter((text) => !/\b(?:id|color)\b/.test(text)),
        scalar,
      ),
      { nil: undefined },
    )
    .map((given) => ({ text: given?.[0], value: given?.[1] ?? { S: "" } }));

  const query = fc
    .tuple(
      id,
      at,
      // `at` is a reserved word, which needs a name of its own.
      fc.constantFrom(
        "",
        " AND #at = :at",
        " AND #at > :at",
        " AND #at <= :at",
        " AND #at BETWEEN :at AND :ten",
        " AND at = :at",
      ),
      filter,
      fc.boolean(),
    )
    .map(([partition, sort, range, { text, value: given }, ScanIndexForward]) => {
      const KeyConditionExpression = `id = :id${range}`;
      const { ExpressionAttributeValues: values = {} } = valuesFor(`${range} ${text ?? ""}`, given);
      return {
        TableName: TABLE,
        KeyConditionExpression,
        ...(range.includes("#at") ? { ExpressionAttributeNames: { "#at": "at" } } : {}),
        ...(text === undefined ? {} : { FilterExpression: text }),
        ExpressionAttributeValues: { ":id": partition, ...(range === "" ? {} : { ":at": sort }), ...values },
        ScanIndexForward,
      };
    });
  const indexQuery = color.map((given) => ({
    TableName: TABLE,
    IndexName: INDEX,
    KeyConditionExpression: "color = :color",
    ExpressionAttributeValues: { ":color": given },
  }));

  const transactionItem: fc.Arbitrary<TransactWriteItem> = fc.oneof(
    put.map((Put) => ({ Put })),
    change.map((Update) => ({ Update })),
    remove.map((Delete) => ({ Delete })),
  );

  const statement = fc.oneof(
    fc.tuple(key, scalar).map(([{ id: partition, at: sort }, given]) => ({
      Statement: `INSERT INTO "${TABLE}" VALUE {'id': ?, 'at': ?, 'n': ?}`,
      Parameters: [partition, sort, given],
    })),
    fc.tuple(key, scalar).map(([{ id: partition, at: sort }, given]) => ({
      Statement: `UPDATE "${TABLE}" SET "n" = ? WHERE "id" = ? AND "at" = ?`,
      Parameters: [given, partition, sort],
    })),
    fc.tuple(key, scalar).map(([{ id: partition, at: sort }, given]) => ({
      Statement: `UPDATE "${TABLE}" SET "m" = ? WHERE "id" = ? AND "at" = ? AND "n" = ?`,
      Parameters: [given, partition, sort, given],
    })),
    key.map(({ id: partition, at: sort }) => ({
      Statement: `DELETE FROM "${TABLE}" WHERE "id" = ? AND "at" = ?`,
      Parameters: [partition, sort],
    })),
  );
  const selection = key.map(({ id: partition, at: sort }) => ({
    Statement: `SELECT * FROM "${TABLE}" WHERE "id" = ? AND "at" = ?`,
    Parameters: [partition, sort],
  }));

  const projection = fc.constantFrom({}, { ProjectionExpression: "n, m.p" }, { ProjectionExpression: "id, n[0]" });

  return fc.oneof(
    { weight: 6, arbitrary: put.map((input) => ({ name: "PutItem" as const, input })) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(change, fc.constantFrom("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"))
        .map(([input, ReturnValues]) => ({ name: "UpdateItem" as const, input: { ...input, ReturnValues } })),
    },
    { weight: 2, arbitrary: remove.map((input) => ({ name: "DeleteItem" as const, input })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(key, projection)
        .map(([Key, more]) => ({ name: "GetItem" as const, input: { TableName: TABLE, Key, ...more } })),
    },
    { weight: 3, arbitrary: query.map((input) => ({ name: "Query" as const, input })) },
    { weight: 1, arbitrary: indexQuery.map((input) => ({ name: "Query" as const, input })) },
    { weight: 1, arbitrary: fc.constant({ name: "Scan" as const, input: { TableName: TABLE } }) },
    {
      weight: 1,
      arbitrary: fc.array(key, { minLength: 1, maxLength: 4 }).map((Keys) => ({
        name: "BatchGetItem" as const,
        input: { RequestItems: { [TABLE]: { Keys } } },
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(
          fc.oneof(
            item.map((Item) => ({ PutRequest: { Item } })),
            key.map((Key) => ({ DeleteRequest: { Key } })),
          ),
          {
            minLength: 1,
            maxLength: 4,
          },
        )
        .map((requests) => ({ name: "BatchWriteItem" as const, input: { RequestItems: { [TABLE]: requests } } })),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(transactionItem, { minLength: 1, maxLength: 3 })
        .map((TransactItems) => ({ name: "TransactWriteItems" as const, input: { TransactItems } })),
    },
    {
      weight: 1,
      arbitrary: fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => ({
        name: "TransactGetItems" as const,
        input: { TransactItems: keys.map((Key) => ({ Get: { TableName: TABLE, Key } })) },
      })),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(statement, selection).map((input) => ({ name: "ExecuteStatement" as const, input })),
    },
    {
      weight: 2,
      arbitrary: fc
        .oneof(fc.array(statement, { minLength: 1, maxLength: 3 }), fc.array(selection, { minLength: 1, maxLength: 3 }))
        .map((Statements) => ({ name: "BatchExecuteStatement" as const, input: { Statements } })),
    },
  );
}
