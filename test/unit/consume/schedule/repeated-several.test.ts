import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Codec, type ConsumeOptions, consumeBatch, type SqsRecord } from "../../../../lib/index.ts";
import { context, contract, FIFO_ARN, ids, MemoryStore, type Orders, offline, record, run } from "../support.ts";

/** A body `slow a` is decoded later than others. A body `a b` has two events. */
const names: Codec<Orders> = async (_body, { text }) => {
  const [first = "", ...rest] = text.split(" ");
  if (first === "slow") {
    await pause(20);
  }
  const events = first === "slow" ? rest : [first, ...rest];
  return events.map((id) => ({ event: "Placed" as const, id, source: "/names", data: { n: 1 } }));
};

const fifo = (body: string, group = "g") => record(body, { body, group, eventSourceARN: FIFO_ARN });
const standard = (body: string) => record(body, { body });

async function handledIn(records: readonly SqsRecord[], options: ConsumeOptions<Orders> = {}) {
  const handled: string[] = [];
  const all = { store: new MemoryStore(), codec: names, ...options };
  const failed = await run({ Placed: (_, { event }) => void handled.push(event.id) }, records, all);
  return { handled, failed: failed.map((id) => records.findIndex(({ messageId }) => messageId === id)) };
}

describe("an event that is there twice, where the first delivery is ready later than the second", () => {
  test("is handled in the turn of the first, in a FIFO group", async () => {
    expect(await handledIn([fifo("slow a"), fifo("b"), fifo("a"), fifo("c")])).toEqual({
      handled: ["a", "b", "c"],
      failed: [],
    });
  });

  test("is handled in the turn of the message that has others beside it, in a FIFO group", async () => {
    expect(await handledIn([fifo("a b"), fifo("b"), fifo("c")])).toEqual({ handled: ["a", "b", "c"], failed: [] });
  });

  test("is handled once where the second stands in a group that waits for a slot", async () => {
    const result = await handledIn([fifo("a b", "one"), fifo("b", "two"), fifo("c", "two")], { concurrency: 1 });
    expect(result.handled).toEqual(["a", "b", "c"]);
    // The message of the first group met an event that was claimed for the second, and is redelivered.
    expect(result.failed).toEqual([0]);
  });

  test("is handled once on a standard queue with one slot", async () => {
    const { handled, failed } = await handledIn([standard("a"), standard("b a")], { concurrency: 1 });
    expect(handled.toSorted()).toEqual(["a", "b"]);
    expect(failed).toEqual([1]);
  });

  test.each([
    ["standard", standard, ["a", "b", "c"], [0]],
    ["FIFO", fifo, ["a", "b", "c"], []],
  ])("is handled once by a batch handler: %s", async (_, make, expected, indexes) => {
    const handled: string[] = [];
    const handler = consumeBatch(contract, (items) => void handled.push(...items.map(({ event }) => event.id)), {
      ...offline(),
      store: new MemoryStore(),
      codec: names,
    });
    const records = [make("a b"), make("b"), make("c")];
    const failed = ids(await handler({ Records: [...records] }, context()));
    expect(handled).toEqual(expected);
    expect(failed).toEqual(indexes.map((index) => records[index]?.messageId));
  });
});
