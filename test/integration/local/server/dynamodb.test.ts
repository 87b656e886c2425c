/** DynamoDB over HTTP with the SDK's client. Pages are those of the Developer Guide unless the API Reference is named. */
import * as ddb from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientConfig, startHarness } from "./support/harness.ts";

const TableName = "orders";
const KIB = 1_024;

/** A table with a sort key, an index and a stream. */
async function withTable() {
  const { server } = await startHarness();
  const client = new ddb.DynamoDBClient(clientConfig(server.endpoint));
  const streams = new DynamoDBStreamsClient(clientConfig(server.endpoint));
  onTestFinished(() => {
    client.destroy();
    streams.destroy();
  });
  const { TableDescription: table } = await client.send(
    new ddb.CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "line", AttributeType: "N" },
        { AttributeName: "color", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "line", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-color",
          KeySchema: [{ AttributeName: "color", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  const put = (id: string, line: number, more: Record<string, ddb.AttributeValue> = {}) =>
    client.send(new ddb.PutItemCommand({ TableName, Item: { ...key(id, line), ...more } }));
  return { server, client, streams, table, put };
}

const key = (id: string, line: number) => ({ id: { S: id }, line: { N: String(line) } });

describe("reads (Working with queries, Working with scans)", () => {
  it("query by keys and ranges, in both directions, by index, filtered and projected, page by page", async () => {
    const { client, put } = await withTable();
    for (const line of [2, 10, 1]) {
      await put("a", line, {
        color: { S: line === 10 ? "red" : "green" },
        deep: { M: { n: { N: String(line) }, x: { S: "x" } } },
      });
    }
    await put("b", 1);
    const ask = async (more: Partial<ddb.QueryCommandInput>) =>
      client.send(
        new ddb.QueryCommand({
          TableName,
          KeyConditionExpression: "id = :id",
          ExpressionAttributeValues: { ":id": { S: "a" } },
          ...more,
        }),
      );
    const lines = ({ Items = [] }: ddb.QueryCommandOutput) => Items.map((item) => item.line?.N);
    expect(lines(await ask({}))).toEqual(["1", "2", "10"]);
    expect(lines(await ask({ ScanIndexForward: false }))).toEqual(["10", "2", "1"]);
    const range = {
      KeyConditionExpression: "id = :id AND line BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":id": { S: "a" }, ":from": { N: "2" }, ":to": { N: "9" } },
    };
    expect(lines(await ask(range))).toEqual(["2"]);
    const filtered = await ask({
      FilterExpression: "deep.n > :n",
      ProjectionExpression: "deep.n",
      ExpressionAttributeValues: { ":id": { S: "a" }, ":n": { N: "1" } },
    });
    expect(filtered).toMatchObject({
      Count: 2,
      ScannedCount: 3,
      Items: [{ deep: { M: { n: { N: "2" } } } }, { deep: { M: { n: { N: "10" } } } }],
    });
    const byColor = await client.send(
      new ddb.QueryCommand({
        TableName,
        IndexName: "by-color",
        KeyConditionExpression: "color = :c",
        ExpressionAttributeValues: { ":c": { S: "red" } },
      }),
    );
    expect(byColor.Items).toEqual([{ ...key("a", 10), color: { S: "red" } }]);
    const first = await ask({ Limit: 2 });
    expect([lines(first), first.LastEvaluatedKey]).toEqual([["1", "2"], key("a", 2)]);
    expect(lines(await ask({ ExclusiveStartKey: first.LastEvaluatedKey }))).toEqual(["10"]);
    const segments = await Promise.all(
      [0, 1].map((Segment) => client.send(new ddb.ScanCommand({ TableName, Segment, TotalSegments: 2 }))),
    );
    expect(segments.reduce((sum, { Count = 0 }) => sum + Count, 0)).toBe(4);
  });

  it("a page ends at 1 MB (API Reference, Query)", async () => {
    const { client, put } = await withTable();
    for (let line = 0; line < 4; line++) {
      await put("a", line, { text: { S: "x".repeat(390 * KIB) } });
    }
    const page = await client.send(new ddb.ScanCommand({ TableName }));
    expect(page.Count).toBe(3);
    expect(page.LastEvaluatedKey).toEqual(key("a", 2));
  });
});

describe("writes (Condition expressions, Update expressions)", () => {
  it("return what ReturnValues asks for (API Reference, UpdateItem)", async () => {
    const { client, put } = await withTable();
    await put("a", 1, { n: { N: "1" }, parts: { L: [{ S: "x" }] } });
    const update = async (ReturnValues: ddb.ReturnValue, UpdateExpression: string) =>
      (
        await client.send(
          new ddb.UpdateItemCommand({
            TableName,
            Key: key("a", 1),
            UpdateExpression,
            ExpressionAttributeValues: { ":one": { N: "1" } },
            ReturnValues,
          }),
        )
      ).Attributes;
    expect(await update("UPDATED_NEW", "SET n = n + :one")).toEqual({ n: { N: "2" } });
    expect(await update("UPDATED_OLD", "ADD n :one")).toEqual({ n: { N: "2" } });
    expect(await update("ALL_OLD", "SET n = n - :one REMOVE parts[0]")).toEqual({
      ...key("a", 1),
      n: { N: "3" },
      parts: { L: [{ S: "x" }] },
    });
    expect(await update("ALL_NEW", "SET n = if_not_exists(m, :one)")).toEqual({
      ...key("a", 1),
      n: { N: "1" },
      parts: { L: [] },
    });
    expect(await update("NONE", "SET n = :one")).toBeUndefined();
    const { Attributes } = await client.send(
      new ddb.DeleteItemCommand({ TableName, Key: key("a", 1), ReturnValues: "ALL_OLD" }),
    );
    expect(Attributes?.n).toEqual({ N: "1" });
  });

  it("that a condition refuses return the current item (API Reference, ReturnValuesOnConditionCheckFailure)", async () => {
    const { client, put } = await withTable();
    await put("a", 1, { n: { N: "1" } });
    const refused = client.send(
      new ddb.PutItemCommand({
        TableName,
        Item: key("a", 1),
        ConditionExpression: "attribute_not_exists(id) OR n > :n",
        ExpressionAttributeValues: { ":n": { N: "1" } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    await expect(refused).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: { ...key("a", 1), n: { N: "1" } },
    });
  });

  it.each([
    [{ Expected: { id: { Exists: false } } }, "PutItem", "Expected"],
    [
      { KeyConditions: { id: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] } } },
      "Query",
      "KeyConditions",
    ],
    [{ AttributesToGet: ["id"] }, "GetItem", "AttributesToGet"],
    [{ AttributeUpdates: { n: { Action: "PUT", Value: { N: "1" } } } }, "UpdateItem", "AttributeUpdates"],
    [{ ScanFilter: {} }, "Scan", "ScanFilter"],
  ] as const)("with parameters from before expressions are refused in words: %j", async (legacy, operation, named) => {
    const { client } = await withTable();
    const input = { TableName, Key: key("a", 1), Item: key("a", 1), ...legacy } as never;
    const send = {
      PutItem: () => client.send(new ddb.PutItemCommand(input)),
      Query: () => client.send(new ddb.QueryCommand(input)),
      GetItem: () => client.send(new ddb.GetItemCommand(input)),
      UpdateItem: () => client.send(new ddb.UpdateItemCommand(input)),
      Scan: () => client.send(new ddb.ScanCommand(input)),
    };
    await expect(send[operation]()).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(new RegExp(`${named}.*Expression`, "s")),
    });
  });

  it("of more than 400 KB are refused (Quotas: item size)", async () => {
    const { put } = await withTable();
    await put("a", 1, { text: { S: "x".repeat(400 * KIB - 20) } });
    await expect(put("a", 2, { text: { S: "x".repeat(400 * KIB) } })).rejects.toMatchObject({
      name: "ValidationException",
      message: "Item size has exceeded the maximum allowed size",
    });
  });

  it("cost capacity by the KB, twice as much in a transaction (Read and write capacity)", async () => {
    const { client } = await withTable();
    const ReturnConsumedCapacity = "TOTAL";
    const Item = { ...key("a", 1), text: { S: "x".repeat(2_500) } };
    const plain = await client.send(new ddb.PutItemCommand({ TableName, Item, ReturnConsumedCapacity }));
    expect(plain.ConsumedCapacity?.CapacityUnits).toBe(3);
    const read = await client.send(
      new ddb.GetItemCommand({ TableName, Key: key("a", 1), ConsistentRead: true, ReturnConsumedCapacity }),
    );
    expect(read.ConsumedCapacity?.CapacityUnits).toBe(1);
    const eventual = await client.send(new ddb.GetItemCommand({ TableName, Key: key("a", 1), ReturnConsumedCapacity }));
    expect(eventual.ConsumedCapacity?.CapacityUnits).toBe(0.5);
    const transaction = await client.send(
      new ddb.TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item } }], ReturnConsumedCapacity }),
    );
    expect(transaction.ConsumedCapacity?.[0]?.CapacityUnits).toBe(6);
  });
});

describe("batches (API Reference, BatchWriteItem, BatchGetItem)", () => {
  it("return what does not fit as unprocessed: 16 MB of reads", async () => {
    const { client, put } = await withTable();
    const lines = Array.from({ length: 45 }, (_, line) => line);
    for (const line of lines) {
      await put("a", line, { text: { S: "x".repeat(380 * KIB) } });
    }
    const Keys = lines.map((line) => key("a", line));
    const { Responses, UnprocessedKeys } = await client.send(
      new ddb.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }),
    );
    const [read, left] = [Responses?.[TableName]?.length ?? 0, UnprocessedKeys?.[TableName]?.Keys?.length ?? 0];
    expect(left).toBeGreaterThan(0);
    expect(read + left).toBe(lines.length);
  });

  it("take 25 writes, 100 reads, and no key twice", async () => {
    const { client } = await withTable();
    const requests = (count: number) =>
      Array.from({ length: count }, (_, line) => ({ PutRequest: { Item: key("a", line) } }));
    const write = (items: ddb.WriteRequest[]) =>
      client.send(new ddb.BatchWriteItemCommand({ RequestItems: { [TableName]: items } }));
    expect((await write(requests(25))).UnprocessedItems).toEqual({});
    await expect(write(requests(26))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(write([...requests(1), ...requests(1)])).rejects.toThrow(
      "Provided list of item keys contains duplicates",
    );
    const Keys = Array.from({ length: 101 }, (_, line) => key("a", line));
    await expect(
      client.send(new ddb.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("transactions (Amazon DynamoDB Transactions: How it works)", () => {
  it("write all or nothing, and give a reason for each action", async () => {
    const { client, put } = await withTable();
    await put("a", 1);
    const TransactItems: ddb.TransactWriteItem[] = [
      { Put: { TableName, Item: key("b", 1) } },
      {
        Delete: {
          TableName,
          Key: key("a", 1),
          ConditionExpression: "attribute_not_exists(id)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
      { ConditionCheck: { TableName, Key: key("a", 2), ConditionExpression: "attribute_not_exists(id)" } },
    ];
    await expect(client.send(new ddb.TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: key("a", 1) }, { Code: "None" }],
    });
    expect((await client.send(new ddb.ScanCommand({ TableName }))).Count).toBe(1);
    const read = await client.send(
      new ddb.TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName, Key: key("a", 1) } }, { Get: { TableName, Key: key("b", 1) } }],
      }),
    );
    expect(read.Responses).toEqual([{ Item: key("a", 1) }, {}]);
  });

  it("are repeated by their token without effect, for ten minutes and for the same input only", async () => {
    const { client, server } = await withTable();
    const add = (by: string) =>
      client.send(
        new ddb.TransactWriteItemsCommand({
          ClientRequestToken: "token",
          TransactItems: [
            {
              Update: {
                TableName,
                Key: key("a", 1),
                UpdateExpression: "ADD n :by",
                ExpressionAttributeValues: { ":by": { N: by } },
              },
            },
          ],
        }),
      );
    const count = async () => (await client.send(new ddb.GetItemCommand({ TableName, Key: key("a", 1) }))).Item?.n?.N;
    await add("1");
    await add("1");
    expect(await count()).toBe("1");
    await expect(add("2")).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
    server.advance(11 * 60_000);
    await add("1");
    expect(await count()).toBe("2");
  });

  it("have up to 100 actions", async () => {
    const { client } = await withTable();
    const actions = (count: number) =>
      Array.from({ length: count }, (_, line) => ({ Put: { TableName, Item: key("a", line) } }));
    await client.send(new ddb.TransactWriteItemsCommand({ TransactItems: actions(100) }));
    await expect(client.send(new ddb.TransactWriteItemsCommand({ TransactItems: actions(101) }))).rejects.toMatchObject(
      { name: "ValidationException" },
    );
  });
});

describe("PartiQL (PartiQL statements for DynamoDB)", () => {
  const statement = (Statement: string, ...Parameters: ddb.AttributeValue[]) => ({
    Statement,
    ...(Parameters.length > 0 ? { Parameters } : {}),
  });
  const insert = (id: string, line: number) =>
    statement(`INSERT INTO "${TableName}" VALUE {'id': ?, 'line': ?}`, { S: id }, { N: String(line) });

  it("inserts, selects, updates and deletes single items", async () => {
    const { client } = await withTable();
    const run = (input: ddb.ExecuteStatementCommandInput) => client.send(new ddb.ExecuteStatementCommand(input));
    await run(insert("a", 1));
    await expect(run(insert("a", 1))).rejects.toMatchObject({ name: "DuplicateItemException" });
    const where = `WHERE "id" = 'a' AND "line" = 1`;
    const updated = await run(statement(`UPDATE "${TableName}" SET "n" = 5 ${where} RETURNING ALL NEW *`));
    expect(updated.Items).toEqual([{ ...key("a", 1), n: { N: "5" } }]);
    expect((await run(statement(`SELECT "n" FROM "${TableName}" ${where}`))).Items).toEqual([{ n: { N: "5" } }]);
    await expect(
      run(statement(`UPDATE "${TableName}" SET "n" = 6 WHERE "id" = 'none' AND "line" = 1`)),
    ).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    await run(statement(`DELETE FROM "${TableName}" ${where} AND "n" = 5`));
    expect((await client.send(new ddb.ScanCommand({ TableName }))).Count).toBe(0);
    await expect(run(statement("SELEKT"))).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("runs up to 25 statements in a batch, each with its own outcome, and all or nothing in a transaction", async () => {
    const { client } = await withTable();
    const batch = (Statements: ddb.BatchStatementRequest[]) =>
      client.send(new ddb.BatchExecuteStatementCommand({ Statements }));
    await batch([insert("a", 1)]);
    const { Responses } = await batch([insert("a", 1), insert("b", 1)]);
    expect(Responses?.map((response) => response.Error?.Code)).toEqual(["DuplicateItem", undefined]);
    await expect(batch(Array.from({ length: 26 }, (_, line) => insert("c", line)))).rejects.toMatchObject({
      name: "ValidationException",
    });
    const TransactStatements = [insert("d", 1), insert("a", 1)];
    await expect(client.send(new ddb.ExecuteTransactionCommand({ TransactStatements }))).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "DuplicateItem" }],
    });
    expect((await client.send(new ddb.ScanCommand({ TableName }))).Count).toBe(2);
  });
});

describe("what surrounds tables", () => {
  it("items live as long as their time to live says, by the engine's clock (Time to Live)", async () => {
    const { client, server, put } = await withTable();
    await client.send(
      new ddb.UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: "until" },
      }),
    );
    await put("a", 1, { until: { N: String(Math.ceil(Date.now() / 1_000) + 3_600) } });
    const count = async () => (await client.send(new ddb.ScanCommand({ TableName }))).Count;
    expect(await count()).toBe(1);
    server.advance(2 * 3_600_000);
    expect(await count()).toBe(0);
  });

  it("streams have images of each change, in order (Change data capture with DynamoDB Streams)", async () => {
    const { client, streams, table, put } = await withTable();
    await put("a", 1, { n: { N: "1" } });
    await put("a", 1, { n: { N: "2" } });
    await put("a", 1, { n: { N: "2" } });
    await client.send(new ddb.DeleteItemCommand({ TableName, Key: key("a", 1) }));
    const StreamArn = table?.LatestStreamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(
      Records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage?.n?.N, dynamodb?.NewImage?.n?.N]),
    ).toEqual([
      ["INSERT", undefined, "1"],
      ["MODIFY", "1", "2"],
      ["REMOVE", "2", undefined],
    ]);
  });

  it("point-in-time recovery and tags are recorded (API Reference)", async () => {
    const { client, table } = await withTable();
    await client.send(
      new ddb.UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    const { ContinuousBackupsDescription: backups } = await client.send(
      new ddb.DescribeContinuousBackupsCommand({ TableName }),
    );
    expect(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe("ENABLED");
    await client.send(
      new ddb.TagResourceCommand({ ResourceArn: table?.TableArn, Tags: [{ Key: "team", Value: "a" }] }),
    );
    expect((await client.send(new ddb.ListTagsOfResourceCommand({ ResourceArn: table?.TableArn }))).Tags).toEqual([
      { Key: "team", Value: "a" },
    ]);
  });
});
