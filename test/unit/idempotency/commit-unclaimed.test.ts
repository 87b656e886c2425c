import { describe, expect, test } from "vitest";
import { type Interfere, operationsOf, TABLE, type World, world } from "./support.ts";

const effect = (id: string) => ({ Put: { TableName: TABLE, Item: { id: { S: id } } } });

/** Commits an event without a claim of it. */
const commit = (of: World, owner = "me", items = [effect("e")]) =>
  of.store.commitUnclaimed?.({ ...of.request("k", owner), digest: `data of ${owner}` }, items);

const transactions = ({ calls }: World) =>
  operationsOf(calls).filter((operation) => operation === "TransactWriteItems");

/** A table whose record of `k` is never what was read. */
const changing: Interfere = ({ operation }) =>
  operation === "BatchGetItem" ? { Responses: { [TABLE]: [] } } : undefined;

describe("a commit without a claim", () => {
  test("writes the effects, and the event as done, in one transaction where nobody has claimed it", async () => {
    const made = await world(undefined, { retentionSeconds: 60 });
    const leaseUntil = String(made.clock.now() + 10_000);
    expect(await commit(made)).toEqual({ status: "written" });
    expect(made.item("e")).toEqual({ id: { S: "e" } });
    expect(made.calls.map(({ input }) => input.TransactItems)).toEqual([
      [
        effect("e"),
        {
          Put: {
            TableName: TABLE,
            Item: {
              id: { S: "k" },
              owner: { S: "me" },
              state: { S: "done" },
              leaseUntil: { N: leaseUntil },
              expiresAt: { N: String(made.clock.now() / 1_000 + 60) },
              tries: { N: "0" },
              digest: { S: "data of me" },
            },
            ConditionExpression: "attribute_not_exists(id)",
          },
        },
      ],
    ]);
    expect(await made.store.claim([made.request("k")])).toEqual([{ status: "done", digest: "data of me" }]);
  });

  test("writes nothing where another delivery was faster, and says with which data that was handled", async () => {
    const made = await world();
    await commit(made, "other", [effect("first")]);
    expect(await commit(made)).toEqual({ status: "done", digest: "data of other" });
    expect(made.item("e")).toBeUndefined();
  });

  test("is written when it was so by an earlier call, whose response was lost", async () => {
    const made = await world();
    await commit(made, "me", [effect("first")]);
    expect(await commit(made)).toEqual({ status: "written" });
    expect(made.item("e")).toBeUndefined();
  });

  test("writes nothing while another worker holds a claim", async () => {
    const made = await world();
    await made.store.claim([made.request("k", "other")]);
    expect(await commit(made)).toEqual({ status: "inProgress", until: made.clock.now() });
    expect([made.item("e"), made.item("k")?.owner]).toEqual([undefined, { S: "other" }]);
    expect(transactions(made)).toHaveLength(1);
  });

  test.each<[string, (of: World) => Promise<unknown>]>([
    ["was released", ({ store }) => store.release([{ key: "k", owner: "other", tries: 1 }])],
    ["has ended", ({ clock }) => clock.advance(12_001)],
  ])("takes a claim over that %s, as it was seen", async (_, after) => {
    const made = await world();
    await made.store.claim([made.request("k", "other")]);
    await after(made);
    expect(await commit(made)).toEqual({ status: "written" });
    expect(made.item("e")).toBeDefined();
    expect(made.item("k")).toMatchObject({ owner: { S: "me" }, state: { S: "done" } });
    expect(transactions(made)).toHaveLength(2);
  });

  test("does not take over what was started once: its outcome is unknown", async () => {
    const made = await world();
    await made.store.claim([made.request("k", "other", 1_000)]);
    await made.store.start?.([{ key: "k", owner: "other", tries: 1, once: true }]);
    await made.clock.advance(12_001);
    expect(await commit(made)).toMatchObject({ status: "inProgress" });
    expect([made.item("e"), made.item("k")?.owner]).toEqual([undefined, { S: "other" }]);
  });

  test("gives up after four transactions while the record keeps changing", async () => {
    const made = await world(changing);
    await made.store.claim([made.request("k", "other")]);
    expect(await commit(made)).toMatchObject({ status: "inProgress" });
    expect(transactions(made)).toHaveLength(4);
    expect(made.item("e")).toBeUndefined();
  });

  test("ends with the signal, before it writes", async () => {
    const made = await world();
    const signal = AbortSignal.abort(new Error("no time"));
    await expect(made.store.commitUnclaimed?.(made.request("k"), [effect("e")], signal)).rejects.toThrow("no time");
    expect(made.calls).toEqual([]);
  });
});
