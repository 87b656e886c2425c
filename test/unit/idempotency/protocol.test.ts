import { describe, expect, test } from "vitest";
import { operationsOf, TABLE, world } from "./support.ts";

describe("the claim protocol", () => {
  test("writes owner, state, lease and time to live", async () => {
    const { store, request, item, clock } = await world(undefined, { retentionSeconds: 1_000 });
    await clock.advance(1);
    expect(await store.claim([{ ...request("k", "me"), leaseUntil: clock.now() + 10_000.4 }])).toEqual([
      { status: "claimed" },
    ]);
    expect(item("k")).toEqual({
      id: { S: "k" },
      owner: { S: "me" },
      state: { S: "claimed" },
      leaseUntil: { N: String(clock.now() + 10_001) },
      expiresAt: { N: String(Math.ceil(clock.now() / 1_000) + 1_000) },
      tries: { N: "0" },
    });
  });

  test("keeps records for 30 days by default", async () => {
    const { store, request, item, clock } = await world();
    await store.claim([request("k")]);
    expect(Number(item("k")?.expiresAt?.N)).toBe(clock.now() / 1_000 + 30 * 24 * 3_600);
  });

  test("tells another worker until when the event is claimed, clock skew included", async () => {
    const { store, request } = await world();
    const first = request("k", "a");
    await store.claim([first]);
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "inProgress", until: first.leaseUntil + 2_000 }]);
    expect(await store.claim([request("k", "a")])).toEqual([{ status: "claimed" }]);
  });

  test("returns outcomes in the order of the requests", async () => {
    const { store, request } = await world();
    await store.claim([request("held"), request("done", "x")]);
    await store.complete([{ key: "done", owner: "x" }]);
    const outcomes = await store.claim(["new-1", "done", "held", "new-2"].map((key) => request(key)));
    expect(outcomes.map(({ status }) => status)).toEqual(["claimed", "done", "inProgress", "claimed"]);
  });

  test("takes a claim over only after the lease and the clock skew", async () => {
    const { store, request, clock, item } = await world();
    await store.claim([request("k", "dead", 1_000)]);
    await clock.advance(3_000);
    expect((await store.claim([request("k", "early")]))[0]?.status).toBe("inProgress");
    await clock.advance(1);
    expect(await store.claim([request("k", "next")])).toEqual([{ status: "claimed", interrupted: true }]);
    expect(item("k")?.owner).toEqual({ S: "next" });
    expect(await store.complete([{ key: "k", owner: "dead" }])).toEqual([{ status: "lost" }]);
    expect(await store.release([{ key: "k", owner: "dead" }])).toEqual([{ status: "lost" }]);
    expect(item("k")).toMatchObject({ owner: { S: "next" }, state: { S: "claimed" } });
  });

  test("never takes a completed event over, until its record has expired", async () => {
    const { store, request, clock, item } = await world(undefined, { retentionSeconds: 60 });
    await store.claim([request("k", "a", 1_000)]);
    await store.complete([{ key: "k", owner: "a" }]);
    await clock.advance(59_999);
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "done" }]);
    await clock.advance(1);
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "claimed" }]);
    expect(item("k")).toMatchObject({ owner: { S: "b" }, state: { S: "claimed" } });
  });

  test("releases what is claimed, not what is done", async () => {
    const { store, request, item } = await world();
    await store.claim([request("free", "a"), request("done", "a")]);
    await store.complete([{ key: "done", owner: "a" }]);
    const both = ["free", "done"].map((key) => ({ key, owner: "a" }));
    expect(await store.release(both)).toEqual([{ status: "settled" }, { status: "lost" }]);
    expect([item("free"), item("done")?.state]).toEqual([undefined, { S: "done" }]);
  });

  test("completing twice is no harm, completing what nobody has claimed writes nothing", async () => {
    const { store, request, item } = await world();
    await store.claim([request("k", "a")]);
    const claims = [
      { key: "k", owner: "a" },
      { key: "none", owner: "a" },
    ];
    expect(await store.complete(claims)).toEqual([{ status: "settled" }, { status: "lost" }]);
    expect(await store.complete(claims)).toEqual([{ status: "settled" }, { status: "lost" }]);
    expect(item("none")).toBeUndefined();
  });

  test("counts starts beside the claim, and remembers them when it is released", async () => {
    const { store, request, item } = await world();
    await store.claim([{ ...request("k", "a"), startsNow: true }]);
    expect(item("k")?.tries).toEqual({ N: "1" });
    expect(await store.release([{ key: "k", owner: "a", tries: 1 }])).toEqual([{ status: "settled" }]);
    expect(item("k")).toMatchObject({ owner: { S: "" }, state: { S: "released" }, tries: { N: "1" } });
    expect(await store.claim([request("k", "b")])).toEqual([{ status: "claimed", tries: 1 }]);
    expect(item("k")).toMatchObject({ owner: { S: "b" }, state: { S: "claimed" }, tries: { N: "1" } });
    // What was handed back without a start counts as before; nothing of a late owner counts.
    await store.release([{ key: "k", owner: "b", tries: 1 }]);
    expect(await store.complete([{ key: "k", owner: "b" }])).toEqual([{ status: "lost" }]);
    expect(await store.claim([{ ...request("k", "c"), startsNow: true }])).toEqual([{ status: "claimed", tries: 1 }]);
    expect(item("k")?.tries).toEqual({ N: "2" });
  });

  test("says that an earlier worker was interrupted, and counts a start only when it is recorded", async () => {
    const { store, request, clock, item } = await world();
    await store.claim([{ ...request("k", "dead", 1_000), startsNow: true }]);
    await clock.advance(3_001);
    expect(await store.claim([{ ...request("k", "next"), startsNow: true }])).toEqual([
      { status: "claimed", tries: 1, interrupted: true },
    ]);
    expect(item("k")?.tries).toEqual({ N: "1" });
    const start = { key: "k", owner: "next", tries: 2 };
    expect([await store.start?.([start]), await store.start?.([start])]).toEqual([
      [{ status: "settled" }],
      [{ status: "settled" }],
    ]);
    expect(item("k")).toMatchObject({ state: { S: "claimed" }, tries: { N: "2" } });
    expect(await store.start?.([{ key: "k", owner: "dead", tries: 9 }])).toEqual([{ status: "lost" }]);
  });

  test("grants the owner of a claim, when it asks again, what it granted the first time", async () => {
    const { store, request, clock } = await world();
    const fresh = { ...request("fresh", "a"), startsNow: true };
    const waiting = request("waiting", "a");
    await store.claim([request("released", "x"), request("interrupted", "x", 1_000)]);
    await store.release([{ key: "released", owner: "x", tries: 2 }]);
    await clock.advance(3_001);
    const requests = [fresh, waiting, { ...request("released", "a"), startsNow: true }];
    const granted = [{ status: "claimed" }, { status: "claimed" }, { status: "claimed", tries: 2 }];
    expect([await store.claim(requests), await store.claim(requests)]).toEqual([granted, granted]);
    expect(await store.claim([{ ...request("interrupted", "a"), startsNow: true }])).toEqual([
      { status: "claimed", interrupted: true },
    ]);
  });

  test("does so too where the response to a later write was lost", async () => {
    let lose = false;
    const { store, request, clock, another } = await world((call) => {
      if (lose && call.operation === "BatchExecuteStatement" && JSON.stringify(call.input).includes("UPDATE")) {
        lose = false;
        // The write arrives by another way; its response says that it did not.
        return rival.claim([claim]).then(() => ({ Responses: [{ Error: { Code: "ConditionalCheckFailed" } }] }));
      }
      return undefined;
    });
    const rival = await another();
    await store.claim([{ ...request("k", "dead", 1_000), startsNow: true }]);
    await clock.advance(3_001);
    const claim = { ...request("k", "a"), startsNow: true };
    lose = true;
    expect(await store.claim([claim])).toEqual([{ status: "claimed", tries: 1, interrupted: true }]);
  });

  test("what was started once stays unknown to its owner, should that claim it again", async () => {
    const { store, request } = await world();
    await store.claim([request("k", "a")]);
    await store.start?.([{ key: "k", owner: "a", tries: 1, once: true }]);
    expect(await store.claim([request("k", "a")])).toEqual([{ status: "outcomeUnknown", tries: 1 }]);
  });

  test("reads back only starts that were refused and are made once", async () => {
    const { store, request, clock, calls } = await world();
    await store.claim([request("mine", "a"), request("counted", "x"), request("once", "x")]);
    await clock.advance(1);
    calls.length = 0;
    const start = { owner: "a", tries: 1 };
    expect(await store.start?.([{ ...start, key: "mine", once: true }])).toEqual([{ status: "settled" }]);
    expect(await store.start?.([{ ...start, key: "counted" }])).toEqual([{ status: "lost" }]);
    expect(operationsOf(calls)).toEqual(["BatchExecuteStatement", "BatchExecuteStatement"]);
    calls.length = 0;
    const requests = [
      { ...start, key: "counted" },
      { ...start, key: "mine", once: true },
      { ...start, key: "once", once: true },
    ];
    expect(await store.start?.(requests)).toEqual([{ status: "lost" }, { status: "settled" }, { status: "lost" }]);
    const reads = calls.filter(({ operation }) => operation === "BatchGetItem");
    expect(reads.map(({ input }) => input.RequestItems)).toMatchObject([
      { [TABLE]: { Keys: [{ id: { S: "mine" } }, { id: { S: "once" } }] } },
    ]);
  });

  test("a start whose reading back fails is unavailable, and no other", async () => {
    let broken = false;
    const error = new Error("broken");
    const { store, request } = await world(({ operation }) => {
      if (broken && operation === "BatchGetItem") {
        throw error;
      }
      return undefined;
    });
    await store.claim([request("mine", "a"), request("other", "x")]);
    broken = true;
    const start = { owner: "a", tries: 1, once: true };
    expect(await store.start?.(["mine", "other"].map((key) => ({ ...start, key })))).toEqual([
      { status: "settled" },
      { status: "unavailable", error },
    ]);
  });

  test("what was started once is claimed again by its own letter only", async () => {
    const { store, request, clock, item } = await world();
    await store.claim([request("k", "a", 1_000)]);
    const start = { key: "k", owner: "a", tries: 1, once: true };
    expect(await store.start?.([start])).toEqual([{ status: "settled" }]);
    // The response was lost: the same again, of the same owner alone.
    expect(await store.start?.([start, { ...start, key: "none" }])).toEqual([
      { status: "settled" },
      { status: "lost" },
    ]);
    expect((await store.claim([request("k", "b")]))[0]?.status).toBe("inProgress");
    await clock.advance(3_001);
    expect(await store.claim([request("k", "b", 1_000)])).toEqual([{ status: "outcomeUnknown", tries: 1 }]);
    expect(await store.start?.([start])).toEqual([{ status: "lost" }]);
    expect(item("k")).toMatchObject({ owner: { S: "b" }, state: { S: "started" } });
    expect((await store.claim([{ ...request("k", "c"), letterOf: "a" }]))[0]?.status).toBe("inProgress");
    expect(await store.claim([{ ...request("k", "d"), letterOf: "b" }])).toEqual([{ status: "claimed" }]);
    expect(item("k")).toMatchObject({ owner: { S: "d" }, state: { S: "claimed" }, tries: { N: "0" } });
  });

  test("takes back a start that did not take place, and a claim whose response was lost, as far as nothing came after", async () => {
    const { store, request, item } = await world();
    await store.claim([request("k", "a"), { ...request("fresh", "a"), startsNow: true }]);
    await store.start?.([{ key: "k", owner: "a", tries: 1, once: true }]);
    expect(await store.release([{ key: "k", owner: "a" }])).toEqual([{ status: "lost" }]);
    expect(await store.release([{ key: "k", owner: "a", state: "started" }])).toEqual([{ status: "settled" }]);
    expect(await store.release([{ key: "fresh", owner: "a", counted: 0 }])).toEqual([{ status: "lost" }]);
    expect(await store.release([{ key: "fresh", owner: "a", counted: 1 }])).toEqual([{ status: "settled" }]);
    expect([item("k"), item("fresh")]).toEqual([undefined, undefined]);
  });

  test("takes a record over only as it was seen: a completion that arrives meanwhile is kept", async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const { store, request, clock, item } = await world((call) => {
      if (call.operation === "BatchGetItem") {
        const then = meanwhile;
        meanwhile = undefined;
        // After the read: the response is computed first.
        queueMicrotask(() => void then?.());
      }
      return undefined;
    });
    await store.claim([request("k", "slow", 1_000)]);
    await clock.advance(5_000);
    meanwhile = () => store.complete([{ key: "k", owner: "slow" }]);
    const [outcome] = await store.claim([request("k", "next")]);
    expect(outcome?.status).toBe("done");
    expect(item("k")).toMatchObject({ owner: { S: "slow" }, state: { S: "done" } });
  });

  test("makes no call for nothing", async () => {
    const { store, calls } = await world();
    expect([await store.claim([]), await store.complete([]), await store.release([])]).toEqual([[], [], []]);
    expect(calls).toEqual([]);
  });

  test("passes the signal on: an aborted call is unavailable", async () => {
    const { store, request, calls } = await world();
    const signal = AbortSignal.abort(new Error("no time"));
    const claims = [{ key: "k", owner: "a" }];
    const outcomes = [
      await store.claim([request("k")], signal),
      await store.complete(claims, signal),
      await store.release(claims, signal),
    ];
    expect(outcomes.flat()).toEqual(
      outcomes.map(() => ({ status: "unavailable", error: expect.objectContaining({ message: "no time" }) })),
    );
    expect(calls).toEqual([]);
  });
});
