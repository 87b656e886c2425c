import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isFanfareError } from "../../../lib/index.ts";
import { type Database, itemOf, put, request, startDatabase, storeOn } from "./support.ts";

describe("a commit", () => {
  let database: Database;
  let table: string;
  let effects: string;
  let claim: { key: string; owner: string };

  beforeAll(async () => {
    database = await startDatabase();
  });
  afterAll(async () => {
    await database.close();
  });
  beforeEach(async () => {
    [table, effects] = [await database.table(), await database.table()];
    // Owners are never the same twice, and so are the tokens that are made of them.
    claim = { key: "k", owner: randomUUID() };
  });

  const addOne = (id: string) => ({
    Update: {
      TableName: effects,
      Key: { id: { S: id } },
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  });
  const mustExist = (id: string) => ({
    ConditionCheck: { TableName: effects, Key: { id: { S: id } }, ConditionExpression: "attribute_exists(id)" },
  });
  const count = async (id: string) => Number((await itemOf(database.client, effects, id))?.n?.N ?? 0);
  const stateOf = async (id: string) => (await itemOf(database.client, table, id))?.state?.S;

  /** A store whose transactions go through `interfere` first. */
  function storeWith(interfere: (attempt: number) => Promise<"go on" | "lose the answer">) {
    let attempt = 0;
    const tokens: unknown[] = [];
    const { client } = database;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== "TransactWriteItemsCommand") {
            return await next(args);
          }
          tokens.push("ClientRequestToken" in args.input ? args.input.ClientRequestToken : undefined);
          const what = await interfere(++attempt);
          const answer = await next(args);
          if (what === "go on") {
            return answer;
          }
          throw Object.assign(new Error("the answer was lost"), { name: "TimeoutError" });
        },
      { step: "deserialize", priority: "high", name: "interfere", override: true },
    );
    return { store: storeOn(client, table), tokens, stop: () => client.middlewareStack.remove("interfere") };
  }

  test("writes effects and completion together", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, [addOne("a"), addOne("b")]);
    expect([await count("a"), await count("b"), await stateOf("k")]).toEqual([1, 1, "done"]);
    expect(await store.claim([request("k", "other")])).toEqual([{ status: "done" }]);
  });

  test("takes 99 items, and refuses more with the limit and what to do", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    const items = (length: number) => Array.from({ length }, (_, n) => addOne(`e-${n}`));
    const error = await store.commit?.(claim, items(100)).catch((thrown: unknown) => thrown);
    expect(isFanfareError(error, "ConfigurationInvalid")).toBe(true);
    expect(error).toMatchObject({ field: "items", limit: "99 items" });
    expect(await count("e-0")).toBe(0);
    await store.commit?.(claim, items(99));
    expect(await count("e-98")).toBe(1);
  });

  test("without items completes the event", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, []);
    expect(await stateOf("k")).toBe("done");
  });

  test("whose own condition fails writes nothing and throws the SDK's error", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await expect(store.commit?.(claim, [addOne("a"), mustExist("door")])).rejects.toMatchObject({
      name: "TransactionCanceledException",
    });
    expect([await count("a"), await stateOf("k")]).toEqual([0, "claimed"]);
  });

  test("that failed can be made again with other items", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await expect(store.commit?.(claim, [addOne("a"), mustExist("door")])).rejects.toThrow();
    await store.commit?.(claim, [addOne("b")]);
    expect([await count("a"), await count("b"), await stateOf("k")]).toEqual([0, 1, "done"]);
  });

  test("that was made once cannot be made again with other items", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, [addOne("a")]);
    await expect(store.commit?.(claim, [addOne("b")])).rejects.toMatchObject({ code: "StoreUnavailable" });
    expect(await count("b")).toBe(0);
  });

  test("by who has lost the claim writes nothing and says so", async () => {
    await storeOn(database.client, table).claim([request("k", claim.owner, 1_000)]);
    await storeOn(database.client, table, 60_000).claim([request("k", "next", 90_000)]);
    const store = storeOn(database.client, table);
    const error = await store.commit?.(claim, [addOne("a")]).catch((thrown: unknown) => thrown);
    expect(isFanfareError(error, "StoreUnavailable")).toBe(true);
    expect(await count("a")).toBe(0);
  });

  test("of an event that is done already writes nothing", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await store.complete([claim]);
    await expect(store.commit?.(claim, [addOne("a")])).rejects.toMatchObject({ code: "StoreUnavailable" });
    expect(await count("a")).toBe(0);
  });

  test("whose answer gets lost is sent again under the same token and happens once", async () => {
    const { store, tokens, stop } = storeWith(async (attempt) => (attempt === 1 ? "lose the answer" : "go on"));
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, [addOne("a")]);
    stop();
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).toBe(tokens[1]);
    expect(String(tokens[0])).toHaveLength(36);
    expect([await count("a"), await stateOf("k")]).toEqual([1, "done"]);
  });

  test("that meets another transaction is tried again", async () => {
    const { store, stop } = storeWith(async (attempt) => {
      if (attempt > 2) {
        return "go on";
      }
      throw Object.assign(new Error("conflict"), {
        name: "TransactionCanceledException",
        CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }],
      });
    });
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, [addOne("a")]);
    stop();
    expect(await count("a")).toBe(1);
  });

  test("that meets other transactions again and again gives up", async () => {
    let tries = 0;
    const { store, stop } = storeWith(async () => {
      tries += 1;
      throw Object.assign(new Error("conflict"), {
        name: "TransactionCanceledException",
        CancellationReasons: [{ Code: "None" }, { Code: "TransactionConflict" }],
      });
    });
    await store.claim([request("k", claim.owner)]);
    await expect(store.commit?.(claim, [addOne("a")])).rejects.toMatchObject({ name: "TransactionCanceledException" });
    stop();
    expect(tries).toBe(5);
  });

  test("stops when it is aborted", async () => {
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await expect(store.commit?.(claim, [addOne("a")], AbortSignal.abort())).rejects.toThrow();
    expect([await count("a"), await stateOf("k")]).toEqual([0, "claimed"]);
  });

  test("leaves items of others alone", async () => {
    await put(database.client, effects, { id: "other", n: 7 });
    const store = storeOn(database.client, table);
    await store.claim([request("k", claim.owner)]);
    await store.commit?.(claim, [addOne("a"), mustExist("other")]);
    expect(await count("other")).toBe(7);
  });
});
