import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientFor, type Database, itemOf, put, request, startDatabase, storeOn } from "./support.ts";

describe("the claim protocol", () => {
  let database: Database;
  let client: DynamoDBClient;
  let table: string;

  beforeAll(async () => {
    database = await startDatabase();
    client = database.client;
  });
  afterAll(async () => {
    await database.close();
  });
  beforeEach(async () => {
    table = await database.table();
  });

  test("who comes first has the claim; the other is told until when", async () => {
    const store = storeOn(client, table);
    const first = request("k", "a");
    expect(await store.claim([first])).toEqual([{ status: "claimed" }]);
    const [second] = await store.claim([request("k", "b")]);
    // The lease, and the two seconds by which clocks may differ.
    expect(second).toEqual({ status: "inProgress", until: first.leaseUntil + 2_000 });
  });

  test("outcomes come in the order of the requests, each its own", async () => {
    const store = storeOn(client, table);
    await store.claim([request("held", "other"), request("done", "other")]);
    await store.complete([{ key: "done", owner: "other" }]);
    const outcomes = await store.claim(["new-1", "done", "held", "new-2"].map((key) => request(key, "me")));
    expect(outcomes.map(({ status }) => status)).toEqual(["claimed", "done", "inProgress", "claimed"]);
  });

  test("a claim that is found under one's own token is one's own", async () => {
    const store = storeOn(client, table);
    await store.claim([request("k", "me")]);
    expect(await store.claim([request("k", "me")])).toEqual([{ status: "claimed" }]);
  });

  test("more than a hundred keys in one call", async () => {
    const store = storeOn(client, table);
    const requests = Array.from({ length: 130 }, (_, n) => request(`k-${n}`, "a"));
    expect((await store.claim(requests)).every(({ status }) => status === "claimed")).toBe(true);
    const others = requests.map(({ key }) => request(key, "b"));
    expect((await store.claim(others)).every(({ status }) => status === "inProgress")).toBe(true);
    const settled = await store.complete(requests);
    expect(settled).toEqual(requests.map(() => ({ status: "settled" })));
    expect((await store.claim(others)).every(({ status }) => status === "done")).toBe(true);
  });

  test("no keys, no call", async () => {
    const store = storeOn(client, table);
    expect([await store.claim([]), await store.complete([]), await store.release([])]).toEqual([[], [], []]);
  });

  test("a lease that is over is taken over, by one", async () => {
    await storeOn(client, table).claim([request("k", "dead", 1_000)]);
    expect((await storeOn(client, table, 2_500).claim([request("k", "early")]))[0]?.status).toBe("inProgress");
    const takers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => storeOn(client, table, 60_000).claim([request("k", `next-${n}`, 90_000)])),
    );
    expect(takers.flat().filter(({ status }) => status === "claimed")).toHaveLength(1);
    expect(takers.flat().filter(({ status }) => status === "inProgress")).toHaveLength(5);
  });

  test("completion and release by who has lost the claim change nothing", async () => {
    const stale = storeOn(client, table);
    await stale.claim([request("k", "stale", 1_000)]);
    const next = storeOn(client, table, 60_000);
    await next.claim([request("k", "next", 90_000)]);
    expect(await stale.complete([{ key: "k", owner: "stale" }])).toEqual([{ status: "lost" }]);
    expect(await stale.release([{ key: "k", owner: "stale" }])).toEqual([{ status: "lost" }]);
    expect(await itemOf(client, table, "k")).toMatchObject({ owner: { S: "next" }, state: { S: "claimed" } });
  });

  test("a released event is free, a done one cannot be released", async () => {
    const store = storeOn(client, table);
    await store.claim([request("free", "a"), request("done", "a")]);
    await store.complete([{ key: "done", owner: "a" }]);
    const both = ["free", "done"].map((key) => ({ key, owner: "a" }));
    expect(await store.release(both)).toEqual([{ status: "settled" }, { status: "lost" }]);
    const outcomes = await store.claim([request("free", "b"), request("done", "b")]);
    expect(outcomes).toEqual([{ status: "claimed" }, { status: "done" }]);
  });

  test("completing twice is no harm", async () => {
    const store = storeOn(client, table);
    await store.claim([request("k", "a")]);
    const claim = [{ key: "k", owner: "a" }];
    expect(await store.complete(claim)).toEqual([{ status: "settled" }]);
    expect(await store.complete(claim)).toEqual([{ status: "settled" }]);
  });

  test("completing what nobody has claimed creates nothing", async () => {
    expect(await storeOn(client, table).complete([{ key: "k", owner: "a" }])).toEqual([{ status: "lost" }]);
    expect(await itemOf(client, table, "k")).toBeUndefined();
  });

  test("an item past its time to live counts as absent: DynamoDB deletes it days later", async () => {
    const past = Math.floor(Date.now() / 1_000) - 60;
    await put(client, table, { id: "k", owner: "old", state: "done", leaseUntil: 0, expiresAt: past });
    expect(await storeOn(client, table).claim([request("k", "me")])).toEqual([{ status: "claimed" }]);
    expect(await itemOf(client, table, "k")).toMatchObject({ owner: { S: "me" }, state: { S: "claimed" } });
  });

  test("records outlive their event for the retention", async () => {
    const before = Math.floor(Date.now() / 1_000);
    await storeOn(client, table, 0, { retentionSeconds: 1_000 }).claim([request("k", "a")]);
    const expiry = Number((await itemOf(client, table, "k"))?.expiresAt?.N);
    expect(expiry).toBeGreaterThanOrEqual(before + 1_000);
    expect(expiry).toBeLessThanOrEqual(Math.ceil(Date.now() / 1_000) + 1_000);
  });

  test("starts are counted, remembered, and taken over", async () => {
    const store = storeOn(client, table);
    const later = storeOn(client, table, 10 * 60_000);
    await store.claim([{ ...request("k", "a"), startsNow: true }]);
    await store.release([{ key: "k", owner: "a", tries: 1 }]);
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "claimed", tries: 1 }]);
    expect(await later.claim([request("k", "c")])).toEqual([{ status: "claimed", tries: 1, interrupted: true }]);
    expect(await later.start?.([{ key: "k", owner: "c", tries: 2 }])).toEqual([{ status: "settled" }]);
    expect((await itemOf(client, table, "k"))?.tries?.N).toBe("2");
  });

  test("at most once: a start whose outcome is unknown is claimed again by its letter only", async () => {
    const store = storeOn(client, table);
    const later = storeOn(client, table, 10 * 60_000);
    await store.claim([request("k", "a")]);
    const start = { key: "k", owner: "a", tries: 1, once: true };
    expect([await store.start?.([start]), await store.start?.([start])]).toEqual([
      [{ status: "settled" }],
      [{ status: "settled" }],
    ]);
    expect(await later.claim([request("k", "b")])).toEqual([{ status: "outcomeUnknown", tries: 1 }]);
    expect(await later.claim([{ ...request("k", "c"), letterOf: "b" }])).toEqual([{ status: "claimed" }]);
  });

  test("keys of any characters", async () => {
    const store = storeOn(client, table);
    const keys = ["a'b", 'a"b', "a?b", "ä#%", "\u{1f600}", " ", "x".repeat(1_000)];
    expect((await store.claim(keys.map((key) => request(key, "a")))).map(({ status }) => status)).toEqual(
      keys.map(() => "claimed"),
    );
    expect(await store.complete(keys.map((key) => ({ key, owner: "a" })))).toEqual(
      keys.map(() => ({ status: "settled" })),
    );
  });

  test("a table that does not exist is an unavailable store, for each entry, and never a throw", async () => {
    const store = storeOn(client, "no-such-table");
    const outcomes = [
      ...(await store.claim([request("a", "me"), request("b", "me")])),
      ...(await store.complete([{ key: "a", owner: "me" }])),
      ...(await store.release([{ key: "a", owner: "me" }])),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "unavailable"));
  });

  test("a store that cannot be reached is unavailable", async () => {
    const nowhere = clientFor("http://127.0.0.1:9");
    const store = storeOn(nowhere, table);
    expect((await store.claim([request("a", "me")]))[0]?.status).toBe("unavailable");
    nowhere.destroy();
  });

  test("an aborted call is unavailable", async () => {
    const aborted = AbortSignal.abort(new Error("no time"));
    expect((await storeOn(client, table).claim([request("a", "me")], aborted))[0]?.status).toBe("unavailable");
    expect(await itemOf(client, table, "a")).toBeUndefined();
  });
});
