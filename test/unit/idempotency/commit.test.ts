import { describe, expect, test } from "vitest";
import { operationsOf, world } from "./support.ts";

const CLAIM = { key: "k", owner: "me" };
const effect = (id: string) => ({ Put: { TableName: "tab", Item: { id: { S: id } } } });

const canceled = (...codes: (string | undefined)[]) =>
  Object.assign(new Error("canceled"), {
    name: "TransactionCanceledException",
    CancellationReasons: codes.map((Code) => (Code === undefined ? undefined : { Code })),
  });

/** A store whose transactions fail with these errors, one after the other, then succeed. */
function failing(...errors: unknown[]) {
  return world(({ operation }) => {
    if (operation === "TransactWriteItems" && errors.length > 0) {
      throw errors.shift();
    }
    return operation === "TransactWriteItems" ? {} : undefined;
  });
}

describe("a commit", () => {
  test("writes the effects and the completion in one transaction, conditional on the claim", async () => {
    const { store, request, item, calls } = await world();
    await store.claim([request("k", "me")]);
    calls.length = 0;
    await store.commit?.(CLAIM, [effect("e")]);
    expect([item("e"), item("k")?.state]).toEqual([{ id: { S: "e" } }, { S: "done" }]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.input.TransactItems).toEqual([
      effect("e"),
      {
        Update: {
          TableName: "tab",
          Key: { id: { S: "k" } },
          UpdateExpression: "SET #state = :state",
          ConditionExpression: "#owner = :expected_owner AND #state = :expected_state",
          ExpressionAttributeNames: { "#owner": "owner", "#state": "state" },
          ExpressionAttributeValues: {
            ":state": { S: "done" },
            ":expected_state": { S: "claimed" },
            ":expected_owner": { S: "me" },
          },
        },
      },
    ]);
  });

  test("takes 99 items; more are refused before any call", async () => {
    const { store, calls } = await failing();
    const items = (length: number) => Array.from({ length }, (_, n) => effect(`e-${n}`));
    await store.commit?.(CLAIM, items(99));
    expect(calls).toHaveLength(1);
    await expect(store.commit?.(CLAIM, items(100))).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      field: "items",
      limit: "99 items",
      summary: "commit was called with 100 items",
      remedy: expect.stringMatching(/fewer/),
    });
    expect(calls).toHaveLength(1);
  });

  test("says that the claim is lost when its condition failed, and does not repeat it", async () => {
    const error = canceled("None", "None", "ConditionalCheckFailed");
    const { store, calls } = await failing(error);
    await expect(store.commit?.(CLAIM, [effect("e"), effect("f")])).rejects.toMatchObject({
      code: "StoreUnavailable",
      field: "commit",
      cause: error,
      message: expect.stringMatching(/another worker/),
    });
    expect(calls).toHaveLength(1);
  });

  test("throws the SDK's error when a condition of the caller failed", async () => {
    const error = canceled("ConditionalCheckFailed", "None");
    const { store, calls } = await failing(error);
    await expect(store.commit?.(CLAIM, [effect("e")])).rejects.toBe(error);
    expect(calls).toHaveLength(1);
  });

  test("is repeated with the same token while other transactions use the same items", async () => {
    const { store, calls, result, clock } = await failing(
      canceled("TransactionConflict", "None"),
      canceled(undefined, "TransactionConflict"),
      canceled("TransactionConflict", "TransactionConflict"),
    );
    clock.chance = 1;
    const { ms } = await result(store.commit?.(CLAIM, [effect("e")]) ?? Promise.reject());
    expect(ms).toBe(25 + 50 + 100);
    expect(operationsOf(calls)).toHaveLength(4);
    expect(new Set(calls.map(({ input }) => input.ClientRequestToken)).size).toBe(1);
  });

  test("is attempted five times at most", async () => {
    const conflict = canceled("TransactionConflict", "None");
    const { store, calls, result } = await failing(conflict, conflict, conflict, conflict, conflict, conflict);
    const outcome = await result((store.commit?.(CLAIM, []) ?? Promise.resolve()).catch((error: unknown) => error));
    expect(outcome.value).toBe(conflict);
    expect(calls).toHaveLength(5);
  });

  test.each([
    ["another error", Object.assign(new Error("x"), { name: "Other", CancellationReasons: [{ Code: "None" }] })],
    ["no reasons", Object.assign(new Error("x"), { name: "TransactionCanceledException" })],
    ["an empty list", canceled()],
    ["no list", Object.assign(new Error("x"), { name: "TransactionCanceledException", CancellationReasons: "no" })],
    ["a mixture", canceled("TransactionConflict", "ValidationError")],
    ["null", null],
  ])("is not repeated for %s", async (_, error) => {
    const { store, calls } = await failing(error);
    const thrown = await store.commit?.(CLAIM, [effect("e")]).catch((caught: unknown) => ({ caught }));
    expect(thrown).toEqual({ caught: error });
    expect(calls).toHaveLength(1);
  });

  test("has a token of 36 characters that depends on owner, key and items", async () => {
    const { store, calls } = await failing();
    await store.commit?.(CLAIM, [effect("e")]);
    await store.commit?.(CLAIM, [effect("e")]);
    await store.commit?.({ ...CLAIM, owner: "other" }, [effect("e")]);
    await store.commit?.({ ...CLAIM, key: "other" }, [effect("e")]);
    await store.commit?.(CLAIM, [effect("f")]);
    const tokens = calls.map(({ input }) => String(input.ClientRequestToken));
    expect(tokens.every((token) => /^[0-9a-f]{36}$/.test(token))).toBe(true);
    expect(tokens[0]).toBe(tokens[1]);
    expect(new Set(tokens).size).toBe(4);
  });

  test("ends with the signal", async () => {
    const controller = new AbortController();
    const { store, calls } = await world(({ operation }) => {
      if (operation === "TransactWriteItems") {
        controller.abort(new Error("too late"));
      }
      return {};
    });
    await store.commit?.(CLAIM, [], controller.signal);
    expect(calls.map((call) => call.signal?.reason.message)).toEqual(["too late"]);
    await expect(store.commit?.(CLAIM, [], controller.signal)).rejects.toThrow("too late");
    expect(calls).toHaveLength(1);
  });
});
