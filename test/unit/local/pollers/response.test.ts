import { expect, test } from "vitest";
import { readBatchResponse } from "../../../../lib/local/pollers/index.ts";

const ids = new Set(["a", "b"]);
const read = (response: unknown) => readBatchResponse(JSON.stringify(response), ids);

test.each([[null], [{}], [""], [{ batchItemFailures: null }], [{ batchItemFailures: [] }], [{ statusCode: 200 }]])(
  "whole success: %j",
  (response) => {
    expect(read(response)).toEqual({ kind: "partial", failed: new Set() });
  },
);

test("nothing returned is success", () => {
  expect(readBatchResponse(null, ids)).toEqual({ kind: "partial", failed: new Set() });
});

test("the named messages failed", () => {
  expect(read({ batchItemFailures: [{ itemIdentifier: "b" }] })).toEqual({ kind: "partial", failed: new Set(["b"]) });
  expect(read({ batchItemFailures: [{ itemIdentifier: "b" }, { itemIdentifier: "b" }] })).toEqual({
    kind: "partial",
    failed: new Set(["b"]),
  });
});

test.each([
  ["a bad key name", { batchItemFailures: [{ messageId: "a" }] }],
  ["an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
  ["a null identifier", { batchItemFailures: [{ itemIdentifier: null }] }],
  ["one that is not in the batch", { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "c" }] }],
  ["plain identifiers", { batchItemFailures: ["a"] }],
  ["no list", { batchItemFailures: { itemIdentifier: "a" } }],
  ["text", "done"],
  ["a list", [{ itemIdentifier: "a" }]],
])("whole failure: %s", (_name, response) => {
  expect(read(response)).toMatchObject({ kind: "failed" });
});

test("what is not JSON is a whole failure", () => {
  expect(readBatchResponse("{oops", ids)).toMatchObject({ kind: "failed" });
});
