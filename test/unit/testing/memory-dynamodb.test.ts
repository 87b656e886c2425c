import { describe, expect, test } from "vitest";
import { MemoryDynamoDb } from "../../../lib/testing/dynamodb/index.ts";

const S = (value: string) => ({ S: value });
const N = (value: number) => ({ N: String(value) });

function table() {
  let now = 0;
  const dynamodb = new MemoryDynamoDb(() => now);
  dynamodb.createTable("t");
  return {
    call: (...given: Parameters<MemoryDynamoDb["call"]>) => dynamodb.call(...given),
    item: (key: string) => dynamodb.items("t").get(key),
    put: (item: object) => dynamodb.call("PutItem", { TableName: "t", Item: item }),
    wait: (ms: number) => {
      now += ms;
    },
    onWrite: dynamodb.onWrite.bind(dynamodb),
  };
}

const insert = (key: string) => ({
  Statement: `INSERT INTO "t" VALUE {'id': ?, 'owner': ?}`,
  Parameters: [S(key), S("me")],
});
const update = (key: string, owner: string) => ({
  Statement: `UPDATE "t" SET "state" = ? WHERE "id" = ? AND "owner" = ?`,
  Parameters: [S("done"), S(key), S(owner)],
});
const remove = (key: string, owner: string) => ({
  Statement: `DELETE FROM "t" WHERE "id" = ? AND "owner" = ?`,
  Parameters: [S(key), S(owner)],
});

describe("PartiQL batches", () => {
  test("each statement has its own outcome", () => {
    const { call, put, item } = table();
    put({ id: S("a"), owner: S("other") });
    put({ id: S("b"), owner: S("me") });
    put({ id: S("c"), owner: S("me") });
    const answer = call("BatchExecuteStatement", {
      Statements: [insert("a"), insert("new"), update("b", "me"), update("none", "me"), remove("c", "other")],
    });
    const responses = "Responses" in answer ? (answer.Responses as { Error?: { Code: string } }[]) : [];
    expect(responses.map((response) => response.Error?.Code)).toEqual([
      "DuplicateItem",
      undefined,
      undefined,
      "ConditionalCheckFailed",
      "ConditionalCheckFailed",
    ]);
    expect(item("a")).toEqual({ id: S("a"), owner: S("other") });
    expect(item("new")).toEqual({ id: S("new"), owner: S("me") });
    expect(item("b")).toEqual({ id: S("b"), owner: S("me"), state: S("done") });
    expect(item("c")).toBeDefined();
    call("BatchExecuteStatement", { Statements: [remove("c", "me")] });
    expect(item("c")).toBeUndefined();
  });

  test("two statements on one item refuse the whole request", () => {
    const { call, item } = table();
    expect(() => call("BatchExecuteStatement", { Statements: [insert("a"), update("a", "me")] })).toThrow(
      "multiple operations on one item",
    );
    expect(item("a")).toBeUndefined();
  });

  test.for([
    [
      "more than 25 statements",
      { Statements: Array.from({ length: 26 }, (_, n) => insert(`k${n}`)) },
      "between 1 and 25",
    ],
    ["no statements", { Statements: [] }, "between 1 and 25"],
    ["a form that it does not know", { Statements: [{ Statement: `SELECT * FROM "t"` }] }, "does not understand"],
    ["too few parameters", { Statements: [{ ...insert("a"), Parameters: [S("a")] }] }, "Number of parameters"],
    [
      "another table",
      { Statements: [{ ...insert("a"), Statement: `INSERT INTO "u" VALUE {'id': ?, 'owner': ?}` }] },
      "table u",
    ],
    [
      "no key",
      { Statements: [{ Statement: `INSERT INTO "t" VALUE {'owner': ?}`, Parameters: [S("a")] }] },
      "Missing the key",
    ],
  ] as const)("refuses %s", ([, input, message]) => {
    expect(() => table().call("BatchExecuteStatement", input)).toThrow(message);
  });
});

describe("conditional writes", () => {
  test.for([
    ["attribute_not_exists(id)", false],
    ["attribute_exists(id) AND #n > :two", true],
    ["n < :two OR begins_with(name, :a)", true],
    ["NOT (n = :two)", true],
    ["n <> :two AND n >= :two", true],
    ["missing = :two", false],
    ["missing <> :two", true],
    ["n <= :two", false],
  ] as const)("%s: %s", ([condition, holds]) => {
    const { call, put, item } = table();
    put({ id: S("a"), n: N(10), name: S("abc") });
    const values = { ":two": N(2), ":a": S("a") };
    const used = Object.entries(values).filter(([name]) => condition.includes(name));
    const write = () =>
      call("DeleteItem", {
        TableName: "t",
        Key: { id: S("a") },
        ConditionExpression: condition,
        ...(condition.includes("#n") ? { ExpressionAttributeNames: { "#n": "n" } } : {}),
        ...(used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {}),
      });
    if (holds) {
      write();
    } else {
      expect(write).toThrow("The conditional request failed");
    }
    expect(item("a") === undefined).toBe(holds);
  });

  test("updates set, add and remove, and make items that are not there", () => {
    const { call, item } = table();
    const run = () =>
      call("UpdateItem", {
        TableName: "t",
        Key: { id: S("a") },
        UpdateExpression:
          "SET first = if_not_exists(first, :one), n = if_not_exists(n, :one) + :one ADD hits :one REMOVE gone",
        ExpressionAttributeValues: { ":one": N(1) },
      });
    run();
    run();
    expect(item("a")).toEqual({ id: S("a"), first: N(1), n: N(3), hits: N(2) });
  });

  test.for([
    ["size(n) > :one", "does not understand"],
    ["n = :one ;", "does not understand"],
    ["n = :two", "unused in expressions"],
    ["n = :one AND", "does not understand"],
  ] as const)("refuses %s", ([condition, message]) => {
    const input = { TableName: "t", Key: { id: S("a") }, ConditionExpression: condition };
    const write = () => table().call("DeleteItem", { ...input, ExpressionAttributeValues: { ":one": N(1) } });
    expect(write).toThrow(message);
  });
});

describe("transactions", () => {
  const items = (owner: string) => [
    {
      Update: {
        TableName: "t",
        Key: { id: S("n") },
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": N(1) },
      },
    },
    {
      Update: {
        TableName: "t",
        Key: { id: S("a") },
        UpdateExpression: "SET done = :owner",
        ConditionExpression: "owner = :owner",
        ExpressionAttributeValues: { ":owner": S(owner) },
      },
    },
  ];

  test("write all or nothing, with a reason for each item", () => {
    const { call, put, item } = table();
    put({ id: S("a"), owner: S("me") });
    const refused = () => call("TransactWriteItems", { TransactItems: items("other") });
    expect(refused).toThrow(
      expect.objectContaining({
        code: "TransactionCanceledException",
        CancellationReasons: [{ Code: "None" }, expect.objectContaining({ Code: "ConditionalCheckFailed" })],
      }),
    );
    expect(item("n")).toBeUndefined();
    call("TransactWriteItems", { TransactItems: items("me") });
    expect(item("n")).toEqual({ id: S("n"), n: N(1) });
  });

  test("a client request token makes a repetition succeed without effect, for ten minutes", () => {
    const { call, put, item, wait } = table();
    put({ id: S("a"), owner: S("me") });
    const input = { ClientRequestToken: "token", TransactItems: items("me") };
    call("TransactWriteItems", input);
    wait(9 * 60_000);
    call("TransactWriteItems", input);
    expect(item("n")?.n).toEqual(N(1));
    expect(() => call("TransactWriteItems", { ...input, TransactItems: items("other") })).toThrow("other items");
    wait(2 * 60_000);
    call("TransactWriteItems", input);
    expect(item("n")?.n).toEqual(N(2));
  });

  test("refuse two writes to one item, none, and more than 100", () => {
    const { call } = table();
    const put = (key: string) => ({ Put: { TableName: "t", Item: { id: S(key) } } });
    const run = (...keys: string[]) => call("TransactWriteItems", { TransactItems: keys.map(put) });
    expect(() => run("a", "a")).toThrow("multiple operations on one item");
    expect(() => run()).toThrow("between 1 and 100");
    expect(() => run(...Array.from({ length: 101 }, (_, n) => `k${n}`))).toThrow("between 1 and 100");
    expect(() => call("TransactWriteItems", { TransactItems: [{}] })).toThrow("contains no write");
  });
});

test("reads single items and batches of distinct keys", () => {
  const { call, put } = table();
  put({ id: S("a") });
  expect(call("GetItem", { TableName: "t", Key: { id: S("a") } })).toEqual({ Item: { id: S("a") } });
  expect(call("GetItem", { TableName: "t", Key: { id: S("b") } })).toEqual({});
  const read = (...keys: string[]) =>
    call("BatchGetItem", { RequestItems: { t: { Keys: keys.map((key) => ({ id: S(key) })) } } });
  expect(read("a", "b")).toEqual({ Responses: { t: [{ id: S("a") }] }, UnprocessedKeys: {} });
  expect(() => read("a", "a")).toThrow("duplicates");
  expect(() => read(...Array.from({ length: 101 }, (_, n) => `k${n}`))).toThrow("Too many items");
});

test("tells of each write what was there before", () => {
  const { put, call, onWrite } = table();
  const writes: unknown[] = [];
  onWrite((...write) => writes.push(write));
  put({ id: S("a"), n: N(1) });
  put({ id: S("a"), n: N(2) });
  call("DeleteItem", { TableName: "t", Key: { id: S("a") } });
  call("DeleteItem", { TableName: "t", Key: { id: S("a") } });
  const [first, second] = [
    { id: S("a"), n: N(1) },
    { id: S("a"), n: N(2) },
  ];
  expect(writes).toEqual([
    ["t", "a", first, undefined],
    ["t", "a", second, first],
    ["t", "a", undefined, second],
  ]);
});
