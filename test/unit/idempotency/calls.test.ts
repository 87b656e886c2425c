import { describe, expect, test } from "vitest";
import { operationsOf, statementsOf, TABLE, world } from "./support.ts";

const failed = (code: string) => ({ Error: { Code: code, Message: `because of ${code}` } });
const written = {};

describe("PartiQL calls", () => {
  test("hold 25 statements at most, side by side", async () => {
    const { store, request, calls } = await world();
    const requests = Array.from({ length: 51 }, (_, n) => request(`k-${n}`, "me"));
    const outcomes = await store.claim(requests);
    expect(calls.map((call) => statementsOf(call).length)).toEqual([25, 25, 1]);
    expect(outcomes).toEqual(requests.map(() => ({ status: "claimed" })));
    calls.length = 0;
    await store.complete(requests.slice(0, 25));
    expect(calls.map((call) => statementsOf(call).length)).toEqual([25]);
  });

  test("are exactly these", async () => {
    const { store, request, calls, clock } = await world();
    await store.claim([request("k", "a", 1_000)]);
    const lease = { N: String(clock.now() + 1_000) };
    await clock.advance(5_000);
    await store.claim([request("k", "b")]);
    await store.start?.([{ key: "k", owner: "b", tries: 1 }]);
    await store.release([{ key: "k", owner: "b", tries: 1 }]);
    await store.complete([{ key: "k", owner: "b" }]);
    await store.release([{ key: "k", owner: "b" }]);
    const k = { S: "k" };
    const fields = "'owner': ?, 'state': ?, 'leaseUntil': ?, 'expiresAt': ?, 'tries': ?";
    const sets = `SET "owner" = ? SET "state" = ? SET "leaseUntil" = ? SET "expiresAt" = ? SET "tries" = ?`;
    const seen = `"owner" = ? AND "state" = ? AND "leaseUntil" = ?`;
    expect(calls.flatMap(statementsOf).map(({ Statement, Parameters }) => [Statement, Parameters.length])).toEqual([
      [`INSERT INTO "tab" VALUE {'id': ?, ${fields}}`, 6],
      [`INSERT INTO "tab" VALUE {'id': ?, ${fields}}`, 6],
      [`UPDATE "tab" ${sets} WHERE "id" = ? AND ${seen}`, 9],
      [`UPDATE "tab" SET "tries" = ? WHERE "id" = ? AND "owner" = ? AND "state" = ?`, 4],
      [
        `UPDATE "tab" SET "owner" = ? SET "state" = ? SET "leaseUntil" = ? SET "tries" = ? WHERE "id" = ? AND "owner" = ? AND "state" = ?`,
        7,
      ],
      [`UPDATE "tab" SET "state" = ? WHERE "id" = ? AND "owner" = ?`, 3],
      [`DELETE FROM "tab" WHERE "id" = ? AND "owner" = ? AND "state" = ?`, 3],
    ]);
    const takeOver = calls.flatMap(statementsOf)[2];
    expect(takeOver?.Parameters.slice(5)).toEqual([k, { S: "a" }, { S: "claimed" }, lease]);
  });

  test("take an expired record over as it was seen, with its state", async () => {
    const { store, request, calls, clock } = await world(undefined, { retentionSeconds: 1 });
    await store.claim([request("k", "a")]);
    await store.complete([{ key: "k", owner: "a" }]);
    await clock.advance(2_000);
    calls.length = 0;
    await store.claim([request("k", "b")]);
    const takeOver = calls.flatMap(statementsOf).find(({ Statement }) => Statement.startsWith("UPDATE"));
    expect(takeOver?.Parameters[7]).toEqual({ S: "done" });
  });

  test.each([
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "InternalServerError",
    "TransactionConflict",
  ])("repeat statements that failed with %s, and only those", async (code) => {
    const { store, calls, result } = await world((call, attempt) =>
      attempt === 1 ? { Responses: statementsOf(call).map((_, n) => (n === 1 ? failed(code) : written)) } : undefined,
    );
    const claims = ["a", "b", "c"].map((key) => ({ key, owner: "me" }));
    const { value, ms } = await result(store.complete(claims));
    // The table in memory has no such item.
    expect(value.map(({ status }) => status)).toEqual(["settled", "lost", "settled"]);
    expect(statementsOf(calls[1]).map(({ Parameters }) => Parameters[1])).toEqual([{ S: "b" }]);
    expect(ms).toBe(12.5);
  });

  test("are made five times at most, with growing pauses", async () => {
    const { store, calls, result, clock } = await world(() => ({ Responses: [failed("ThrottlingError")] }));
    clock.chance = 1;
    const { value, ms } = await result(store.complete([{ key: "a", owner: "me" }]));
    expect(calls).toHaveLength(5);
    expect(ms).toBe(25 + 50 + 100 + 200);
    expect(value).toEqual([
      {
        status: "unavailable",
        error: expect.objectContaining({ message: "ThrottlingError: because of ThrottlingError" }),
      },
    ]);
  });

  test("that were refused or cannot succeed are not repeated", async () => {
    const codes = ["DuplicateItem", "ConditionalCheckFailed", "ValidationError"];
    const { store, calls } = await world(() => ({ Responses: codes.map(failed) }));
    const outcomes = await store.complete(codes.map((key) => ({ key, owner: "me" })));
    expect(outcomes).toEqual([
      { status: "lost" },
      { status: "lost" },
      {
        status: "unavailable",
        error: expect.objectContaining({ message: "ValidationError: because of ValidationError" }),
      },
    ]);
    expect(calls).toHaveLength(1);
  });

  test("are repeated for statements without a response, and say so in the end", async () => {
    const { store, calls, result } = await world((_, attempt) =>
      attempt < 5 ? { Responses: [] } : attempt === 5 ? {} : undefined,
    );
    const { value } = await result(store.complete([{ key: "a", owner: "me" }]));
    expect(calls).toHaveLength(5);
    expect(value[0]).toMatchObject({ status: "unavailable" });
    expect(value[0]).toHaveProperty("error.message", "NoResponse: the response has no result for the statement");
  });

  test("tell a code without a message", async () => {
    const { store } = await world(() => ({ Responses: [{ Error: { Code: "ValidationError" } }] }));
    expect(await store.complete([{ key: "a", owner: "me" }])).toEqual([
      { status: "unavailable", error: expect.objectContaining({ message: "ValidationError: " }) },
    ]);
  });

  test("that throw make every entry unavailable", async () => {
    const broken = new Error("broken");
    const { store, request } = await world(({ operation }) => {
      if (operation === "BatchExecuteStatement") {
        throw broken;
      }
      return undefined;
    });
    const unavailable = { status: "unavailable", error: broken };
    expect(await store.claim([request("a"), request("b")])).toEqual([unavailable, unavailable]);
  });

  test("stop pausing when the signal is aborted", async () => {
    const { store, clock, calls } = await world(() => ({ Responses: [failed("ThrottlingError")] }));
    const controller = new AbortController();
    const outcomes = store.complete([{ key: "a", owner: "me" }], controller.signal);
    await clock.settle();
    controller.abort(new Error("no time"));
    expect(await outcomes).toEqual([{ status: "unavailable", error: expect.objectContaining({ message: "no time" }) }]);
    expect(calls).toHaveLength(1);
  });
});

describe("reading back", () => {
  test("is consistent and asks for 100 keys at most", async () => {
    const { store, request, calls } = await world();
    const requests = Array.from({ length: 101 }, (_, n) => request(`k-${n}`));
    await store.claim(requests);
    calls.length = 0;
    const outcomes = await store.claim(requests.map(({ key }) => request(key)));
    const reads = calls
      .filter(({ operation }) => operation === "BatchGetItem")
      .map(({ input }) => input.RequestItems as Record<string, { ConsistentRead: boolean; Keys: unknown[] }>);
    expect(reads.map((read) => [read.tab?.ConsistentRead, read.tab?.Keys.length])).toEqual([
      [true, 100],
      [true, 1],
    ]);
    expect(reads[1]?.tab?.Keys).toEqual([{ id: { S: "k-100" } }]);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["inProgress"]));
  });

  test("asks again for keys that were left unprocessed, in five calls at most", async () => {
    let left = 2;
    const { store, request, calls, result, clock } = await world(({ operation, input }) =>
      operation === "BatchGetItem" && left-- > 0 ? { UnprocessedKeys: input.RequestItems as object } : undefined,
    );
    left = 0;
    await store.claim([request("k", "a")]);
    clock.chance = 1;
    left = 3;
    calls.length = 0;
    const patient = await result(store.claim([request("k", "b")]));
    expect(patient.value[0]?.status).toBe("inProgress");
    expect(patient.ms).toBe(25 + 50 + 100);
    left = 5;
    calls.length = 0;
    const given = await result(store.claim([request("k", "b")]));
    expect(given.value[0]).toMatchObject({ status: "unavailable", error: { code: "StoreUnavailable" } });
    expect(given.value[0]).toHaveProperty("error.message", "DynamoDB did not process all keys");
    expect(given.value[0]).toHaveProperty("error.cause.message", "UnprocessedKey: DynamoDB did not process the key");
    expect(operationsOf(calls).filter((operation) => operation === "BatchGetItem")).toHaveLength(5);
  });

  test("that fails makes the refused claims unavailable, not the others", async () => {
    let broken = false;
    const { store, request } = await world(({ operation }) => {
      if (operation === "BatchGetItem" && broken) {
        throw new Error("broken");
      }
      return undefined;
    });
    await store.claim([request("held")]);
    broken = true;
    expect(await store.claim([request("new"), request("held")])).toEqual([
      { status: "claimed" },
      { status: "unavailable", error: expect.objectContaining({ message: "broken" }) },
    ]);
  });

  test.each([
    ["has nothing but its key", {}],
    ["has a state that this version does not know", { state: { S: "frozen" }, expiresAt: { N: "9999999999" } }],
  ])("of a record that %s: a claim that ended long ago, taken over as it was seen", async (_, fields) => {
    const seen = { Responses: { [TABLE]: [{ id: { S: "k" }, ...fields }, { owner: { S: "without a key" } }] } };
    let reads = 0;
    const { store, request, item, calls } = await world(({ operation }) =>
      operation === "BatchGetItem" && reads++ === 1 ? seen : undefined,
    );
    await store.claim([request("k", "a")]);
    calls.length = 0;
    const [outcome] = await store.claim([request("k", "b")]);
    const takeOver = calls.flatMap(statementsOf).find(({ Statement }) => Statement.startsWith("UPDATE"));
    expect(takeOver?.Parameters.slice(-3)).toEqual([{ S: "" }, { S: "claimed" }, { N: "0" }]);
    // It is not as it was seen: the record stays, and is read again.
    expect(outcome?.status).toBe("inProgress");
    expect(item("k")?.owner).toEqual({ S: "a" });
  });

  test("of a record that is gone claims it afresh; one that keeps changing counts as in progress", async () => {
    let reads = 0;
    const { store, request, clock, calls } = await world(({ operation }) => {
      reads += operation === "BatchGetItem" ? 1 : 0;
      return operation === "BatchGetItem" ? { Responses: { [TABLE]: [] } } : undefined;
    });
    await store.claim([request("k", "a")]);
    reads = 0;
    calls.length = 0;
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "inProgress", until: clock.now() }]);
    expect(reads).toBe(4);
    expect(operationsOf(calls)).toHaveLength(8);
  });
});

describe("claims in several rounds", () => {
  test("tell which are claimed before the others are read back", async () => {
    const { store, request, calls } = await world();
    await store.claim([request("held")]);
    calls.length = 0;
    const told: (readonly number[])[] = [];
    let callsThen = 0;
    await store.claim([request("held"), request("a"), request("b")], undefined, (indexes) => {
      told.push(indexes);
      callsThen = calls.length;
    });
    expect(told).toEqual([[1, 2]]);
    expect(callsThen).toBe(1);
  });

  test("tell nothing when no claim was refused", async () => {
    const { store, request } = await world();
    const told: unknown[] = [];
    await store.claim([request("a")], undefined, (indexes) => told.push(indexes));
    expect(told).toEqual([]);
  });

  test("tell nothing of later rounds, although claims are refused in them", async () => {
    const { store, request, calls } = await world(({ operation }) =>
      operation === "BatchGetItem" ? { Responses: { [TABLE]: [] } } : undefined,
    );
    await store.claim([request("k", "a")]);
    const told: unknown[] = [];
    calls.length = 0;
    await store.claim([request("k", "b"), request("new", "b")], undefined, (indexes) => told.push(indexes));
    expect(operationsOf(calls).filter((operation) => operation === "BatchExecuteStatement").length).toBeGreaterThan(1);
    expect(told).toEqual([[1]]);
  });

  test("tell once, in the first round only", async () => {
    const { store, request, clock } = await world();
    await store.claim([request("k", "dead", 1_000)]);
    await clock.advance(5_000);
    const told: unknown[] = [];
    expect(await store.claim([request("k")], undefined, (indexes) => told.push(indexes))).toEqual([
      { status: "claimed", interrupted: true },
    ]);
    expect(told).toEqual([[]]);
  });
});

describe("a read", () => {
  test("ends with the signal", async () => {
    const controller = new AbortController();
    const { store, request, calls } = await world(({ operation, input }) => {
      if (operation === "BatchGetItem" && JSON.stringify(input).includes('"k"')) {
        controller.abort();
      }
      return undefined;
    });
    await store.claim([request("k", "a")]);
    calls.length = 0;
    await store.claim([request("k", "b")], controller.signal);
    const reads = calls.filter(({ operation }) => operation === "BatchGetItem");
    expect(reads.map(({ signal }) => signal?.aborted)).toEqual([true]);
  });
});

describe("preloading", () => {
  test("reads one key that nobody has, and hides its failure", async () => {
    let seen: unknown;
    const { store, calls } = await world();
    await store.preload?.();
    expect(calls.map(({ operation, input }) => [operation, input.RequestItems])).toEqual([
      ["BatchGetItem", { tab: { ConsistentRead: true, Keys: [{ id: { S: "preload" } }] } }],
    ]);
    expect(calls[0]?.signal).toBeInstanceOf(AbortSignal);
    const broken = await world(() => {
      seen = "called";
      throw new Error("broken");
    });
    await broken.store.preload?.();
    expect(seen).toBe("called");
  });
});
