import { describe, expect, test } from "vitest";
import {
  type Codec,
  type ConsumeOptions,
  consumeBatch,
  type HandlerContext,
  type SqsRecord,
} from "../../../../lib/index.ts";
import {
  context,
  contract,
  envelope,
  FIFO_ARN,
  ids,
  MemoryStore,
  type Orders,
  offline,
  record,
  run,
} from "../support.ts";

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

describe("an event whose later delivery is decoded before its earlier one", () => {
  /** Each body names events; the bodies that begin with `late` are decoded after all others. */
  const codec: Codec<Orders> = async (_body, { text }) => {
    const [when, ...names] = text.split(" ");
    for (let turn = 0; when === "late" && turn < 5; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return names.map((id) => ({ event: "Placed" as const, id, source: "/csv", data: { n: 1 } }));
  };
  const fifoText = (text: string, group = "g") => record(text, { group, eventSourceARN: FIFO_ARN });

  async function handledOf(records: readonly SqsRecord[], options: ConsumeOptions<Orders> = {}) {
    const handled: string[] = [];
    const store = new MemoryStore();
    const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
    const failed = await run({ Placed: handler }, records, { store, codec, ...options });
    return { handled, failed: failed.map((id) => records.findIndex(({ messageId }) => messageId === id)), store };
  }

  test("is handled at its first turn in its FIFO group, and is a duplicate at the second", async () => {
    const { handled, failed } = await handledOf([fifoText("late a"), fifoText("soon a"), fifoText("soon b")]);
    expect({ handled, failed }).toEqual({ handled: ["a", "b"], failed: [] });
  });

  test("waits for no delivery that waits for it: several events and one of them again, in one FIFO group", async () => {
    const { handled, failed, store } = await handledOf([fifoText("late a b"), fifoText("soon a")]);
    expect({ handled, failed }).toEqual({ handled: ["a", "b"], failed: [] });
    expect([...store.items.values()].every(({ done }) => done)).toBe(true);
  });

  test("waits for no delivery that waits for it: two FIFO groups with the same events, crosswise", async () => {
    const records = [fifoText("late a b"), fifoText("soon b", "g"), fifoText("late b a", "h"), fifoText("soon a", "h")];
    const { handled } = await handledOf(records, { concurrency: 2 });
    expect(handled.toSorted()).toEqual(["a", "b"]);
  });

  test("waits for no delivery that waits for it: a standard queue with one handler at a time", async () => {
    const { handled, failed } = await handledOf([record("soon a b"), record("soon a")], { concurrency: 1 });
    expect(handled.toSorted()).toEqual(["a", "b"]);
    expect(failed).toEqual([0]);
  });

  test("waits for no delivery that waits for it: a batch handler", async () => {
    const handled: string[] = [];
    const handler = consumeBatch(
      contract,
      (items) => void handled.push(...items.map(({ event }) => event.id)),
      offline({ store: new MemoryStore(), codec }),
    );
    const records = [record("soon a"), record("late a b")];
    const { batchItemFailures } = await handler({ Records: records }, context());
    expect(handled.toSorted()).toEqual(["a", "b"]);
    expect(ids({ batchItemFailures })).toEqual([records[1]?.messageId]);
  });
});
