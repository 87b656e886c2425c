import { describe, expect, test } from "vitest";
import type { HandlerContext } from "../../../../lib/index.ts";
import { envelope, FIFO_ARN, MemoryStore, record, run } from "../support.ts";

const fifo = (id: string, group = "g") => record(envelope(id), { group, eventSourceARN: FIFO_ARN });
const doneBefore = (store: MemoryStore, id: string) =>
  store.items.set(`billing#%2Fshop#orders.Placed#${id}`, { owner: "another", done: true });

describe("an event that is there twice in one invocation", () => {
  test("is a duplicate twice where it was done before, on standard queues", async () => {
    const store = new MemoryStore();
    doneBefore(store, "a");
    expect(await run({ Placed: () => {} }, [record(envelope("a")), record(envelope("a"))], { store })).toEqual([]);
  });

  test("is a duplicate twice where it was done before, in one FIFO group", async () => {
    const store = new MemoryStore();
    doneBefore(store, "a");
    expect(await run({ Placed: () => {} }, [fifo("a"), fifo("a"), fifo("b")], { store })).toEqual([]);
  });

  test("is a duplicate in its own FIFO group once the first was handled, and the group goes on", async () => {
    const store = new MemoryStore();
    const handled: string[] = [];
    const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
    expect(await run({ Placed: handler }, [fifo("a"), fifo("a"), fifo("b")], { store })).toEqual([]);
    expect(handled).toEqual(["a", "b"]);
  });

  test("blocks its FIFO group where another worker is handling it", async () => {
    const store = new MemoryStore();
    store.claimResult = ({ key }) =>
      key.endsWith("#a") ? { status: "inProgress", until: Date.now() + 1_000 } : undefined;
    const records = [fifo("a"), fifo("a"), fifo("b"), fifo("c", "other")];
    const handled: string[] = [];
    const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
    expect(await run({ Placed: handler }, records, { store })).toEqual(records.slice(0, 3).map((r) => r.messageId));
    expect(handled).toEqual(["c"]);
    // What was held back is free for the next worker.
    expect([...store.items.keys()]).toEqual(["billing#%2Fshop#orders.Placed#c"]);
  });

  test("is redelivered twice when its handler fails, and handled once", async () => {
    const store = new MemoryStore();
    let calls = 0;
    const failing = () => {
      calls += 1;
      throw new Error("no");
    };
    const records = [record(envelope("a")), record(envelope("a"))];
    expect(await run({ Placed: failing }, records, { store })).toEqual(records.map((r) => r.messageId));
    expect(calls).toBe(1);
    expect([...store.items.values()]).toMatchObject([{ state: "released", tries: 1 }]);
  });

  test.each([
    ["no result", [undefined, undefined]],
    ["an unknown status", [{ status: "perhaps" }, { status: "perhaps" }]],
  ])("is redelivered twice when the store returns %s", async (_, results) => {
    const store = new MemoryStore();
    store.claim = () => Promise.resolve(results as never);
    const records = [record(envelope("a")), record(envelope("a"))];
    expect(await run({ Placed: () => {} }, records, { store })).toEqual(records.map((r) => r.messageId));
  });
});

test("nothing is claimed when too little time is left to start its handler", async () => {
  const store = new MemoryStore();
  const records = [record(envelope("a")), record(envelope("b"), { group: "g", eventSourceARN: FIFO_ARN })];
  expect(await run({ Placed: () => {} }, records, { store, minStartMs: 60_000 })).toHaveLength(2);
  expect(store.calls).toEqual([]);
});
