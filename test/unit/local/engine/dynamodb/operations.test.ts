import type { BatchExecuteStatementCommandInput, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { N, S, withTable as table } from "./support.ts";

const insert = (key: string) => ({
  Statement: `INSERT INTO "tab" VALUE {'id': ?, 'owner': ?}`,
  Parameters: [S(key), S("me")],
});
const update = (key: string, owner: string) => ({
  Statement: `UPDATE "tab" SET "state" = ? WHERE "id" = ? AND "owner" = ?`,
  Parameters: [S("done"), S(key), S(owner)],
});
const remove = (key: string, owner: string) => ({
  Statement: `DELETE FROM "tab" WHERE "id" = ? AND "owner" = ?`,
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

  test.for<readonly [string, BatchExecuteStatementCommandInput, string]>([
    [
      "more than 25 statements",
      { Statements: Array.from({ length: 26 }, (_, n) => insert(`k${n}`)) },
      "length less than or equal to 25",
    ],
    ["no statements", { Statements: [] }, "length greater than or equal to 1"],
    ["too few parameters", { Statements: [{ ...insert("a"), Parameters: [S("a")] }] }, "Number of parameters"],
  ])("refuses %s", ([, input, message]) => {
    expect(() => table().call("BatchExecuteStatement", input)).toThrow(message);
  });
});

test.for([
  ["a table that is not there", { Statement: `INSERT INTO "other" VALUE {'id': 'a'}` }, "ResourceNotFound"],
  ["an item without its key", { Statement: `INSERT INTO "tab" VALUE {'owner': 'a'}` }, "ValidationError"],
  ["a select without a key", { Statement: `SELECT * FROM "tab"` }, "ValidationError"],
] as const)("%s fails one statement of a batch", ([, statement, code]) => {
  const { Responses } = table().call("BatchExecuteStatement", { Statements: [statement] });
  expect(Responses).toEqual([expect.objectContaining({ Error: expect.objectContaining({ Code: code }) })]);
});

describe("conditional writes", () => {
  test.for([
    ["attribute_not_exists(id)", false],
    ["attribute_exists(id) AND #n > :two", true],
    ["n < :two OR begins_with(title, :a)", true],
    ["NOT (n = :two)", true],
    ["n <> :two AND n >= :two", true],
    ["absent = :two", false],
    ["absent <> :two", true],
    ["n <= :two", false],
    ["n BETWEEN :two AND :ten", true],
    ["n IN (:two, :ten)", true],
    ["contains(title, :a) AND size(title) > :two", true],
    ["attribute_type(n, :type)", true],
  ] as const)("%s: %s", ([condition, holds]) => {
    const { call, put, item } = table();
    put({ id: S("a"), n: N(10), title: S("abc") });
    const values = { ":two": N(2), ":ten": N(10), ":a": S("a"), ":type": S("N") };
    const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(condition));
    const write = () =>
      call("DeleteItem", {
        TableName: "tab",
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
        TableName: "tab",
        Key: { id: S("a") },
        UpdateExpression:
          "SET begun = if_not_exists(begun, :one), n = if_not_exists(n, :one) + :one ADD hits :one REMOVE gone",
        ExpressionAttributeValues: { ":one": N(1) },
      });
    run();
    run();
    expect(item("a")).toEqual({ id: S("a"), begun: N(1), n: N(3), hits: N(2) });
  });

  test.for([
    ["sizes(n) > :one", "Invalid ConditionExpression: Invalid function name; function: sizes"],
    ["n = :one ;", 'Invalid ConditionExpression: Syntax error; token: ";", near: "= :one ;"'],
    ["n = n", "The first operand must be distinct from the remaining operands"],
    ["n = :two", "An expression attribute value used in expression is not defined; attribute value: :two"],
    ["attribute_exists(n)", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:one}"],
    ["n = :one AND", 'Syntax error; token: "<EOF>"'],
    ["name = :one", "Attribute name is a reserved keyword; reserved keyword: name"],
    ["#n = :one", "An expression attribute name used in the document path is not defined; attribute name: #n"],
  ] as const)("refuses %s", ([condition, message]) => {
    const input = { TableName: "tab", Key: { id: S("a") }, ConditionExpression: condition };
    const write = () => table().call("DeleteItem", { ...input, ExpressionAttributeValues: { ":one": N(1) } });
    expect(write).toThrow(message);
  });
});

describe("transactions", () => {
  const items = (owner: string): TransactWriteItem[] => [
    {
      Update: {
        TableName: "tab",
        Key: { id: S("n") },
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": N(1) },
      },
    },
    {
      Update: {
        TableName: "tab",
        Key: { id: S("a") },
        UpdateExpression: "SET done = :owner",
        ConditionExpression: "holder = :owner",
        ExpressionAttributeValues: { ":owner": S(owner) },
      },
    },
  ];

  test("write all or nothing, with a reason for each item", () => {
    const { call, put, item } = table();
    put({ id: S("a"), holder: S("me") });
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
    put({ id: S("a"), holder: S("me") });
    const input = { ClientRequestToken: "token", TransactItems: items("me") };
    call("TransactWriteItems", input);
    wait(9 * 60_000);
    call("TransactWriteItems", input);
    expect(item("n")?.n).toEqual(N(1));
    expect(() => call("TransactWriteItems", { ...input, TransactItems: items("other") })).toThrow(
      expect.objectContaining({ code: "IdempotentParameterMismatchException" }),
    );
    wait(2 * 60_000);
    call("TransactWriteItems", input);
    expect(item("n")?.n).toEqual(N(2));
  });

  test("refuse two writes to one item, none, and more than 100", () => {
    const { call } = table();
    const put = (key: string) => ({ Put: { TableName: "tab", Item: { id: S(key) } } });
    const run = (...keys: string[]) => call("TransactWriteItems", { TransactItems: keys.map(put) });
    expect(() => run("a", "a")).toThrow("multiple operations on one item");
    expect(() => run()).toThrow("length greater than or equal to 1");
    expect(() => run(...Array.from({ length: 101 }, (_, n) => `k${n}`))).toThrow("length less than or equal to 100");
    expect(() => call("TransactWriteItems", { TransactItems: [{}] })).toThrow(
      "can only contain one of Check, Put, Update or Delete",
    );
  });
});

test("reads single items and batches of distinct keys", () => {
  const { call, put } = table();
  put({ id: S("a") });
  expect(call("GetItem", { TableName: "tab", Key: { id: S("a") } })).toEqual({ Item: { id: S("a") } });
  expect(call("GetItem", { TableName: "tab", Key: { id: S("b") } })).toEqual({});
  const read = (...keys: string[]) =>
    call("BatchGetItem", { RequestItems: { tab: { Keys: keys.map((key) => ({ id: S(key) })) } } });
  expect(read("a", "b")).toEqual({ Responses: { tab: [{ id: S("a") }] }, UnprocessedKeys: {} });
  expect(() => read("a", "a")).toThrow("duplicates");
  expect(() => read(...Array.from({ length: 101 }, (_, n) => `k${n}`))).toThrow("Too many items");
});

test("tells of each write what was there before", () => {
  const { put, call, engine } = table();
  const writes: unknown[] = [];
  engine.onWrite(({ tableName, before, after }) => writes.push([tableName, after, before]));
  put({ id: S("a"), n: N(1) });
  put({ id: S("a"), n: N(2) });
  call("DeleteItem", { TableName: "tab", Key: { id: S("a") } });
  call("DeleteItem", { TableName: "tab", Key: { id: S("a") } });
  const [first, second] = [
    { id: S("a"), n: N(1) },
    { id: S("a"), n: N(2) },
  ];
  expect(writes).toEqual([
    ["tab", first, undefined],
    ["tab", second, first],
    ["tab", undefined, second],
  ]);
});
