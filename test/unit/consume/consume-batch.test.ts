import { describe, expect, test } from "vitest";
import {
  type BatchContext,
  type BatchItem,
  type ConsumeBatchOptions,
  consumeBatch,
  isFanfareError,
  RetryError,
  type SqsRecord,
} from "../../../lib/index.ts";
import { context, contract, envelope, ids, MemoryStore, type Orders, offline, record } from "./support.ts";

type Handler = (items: readonly BatchItem<Orders>[], batch: BatchContext) => void | Promise<void>;

async function runBatch(
  handler: Handler,
  records: readonly SqsRecord[],
  options: ConsumeBatchOptions<Orders, "Placed" | "Paid"> = {},
  remainingMs?: number,
): Promise<string[]> {
  const consumer = consumeBatch(contract, handler, { ...offline(options), ...options });
  return ids(await consumer({ Records: records }, context(remainingMs)));
}

const nothing: Handler = () => {};

describe("on a standard queue", () => {
  test("gets all events at once, with what identifies them", async () => {
    const calls: unknown[] = [];
    const paid = record(envelope("b", { amount: 2 }, { type: "orders.Paid", dataversion: 2 }), {
      attributes: { ApproximateReceiveCount: "3" },
    });
    const failed = await runBatch(
      (items) =>
        void calls.push(
          items.map(({ name, data, event, attempt, idempotencyKey }) => [
            name,
            data,
            event.id,
            attempt,
            idempotencyKey,
          ]),
        ),
      [record(envelope("a")), paid],
    );
    expect(failed).toEqual([]);
    expect(calls).toEqual([
      [
        ["Placed", { n: 1 }, "a", 1, "billing#%2Fshop#orders.Placed#a"],
        ["Paid", { amount: 2 }, "b", 3, "billing#%2Fshop#orders.Paid#b"],
      ],
    ]);
  });

  test("only the items that fail come again", async () => {
    const records = ["a", "b", "c", "d"].map((id) => record(envelope(id)));
    const failed = await runBatch((items) => {
      items[1]?.fail(new Error("no"));
      items[2]?.fail(new RetryError("later", { after: 5 }));
    }, records);
    expect(failed).toEqual([records[1]?.messageId, records[2]?.messageId]);
  });

  test("all come again when the handler throws, and are free to be claimed", async () => {
    const store = new MemoryStore();
    const records = ["a", "b"].map((id) => record(envelope(id)));
    const failed = await runBatch(
      () => {
        throw new Error("no");
      },
      records,
      { store },
    );
    expect(failed).toEqual(records.map(({ messageId }) => messageId));
    expect([...store.items.values()].map(({ state, tries }) => [state, tries])).toEqual([
      ["released", 1],
      ["released", 1],
    ]);
  });

  test("what cannot be read does not reach the handler and does not stop it", async () => {
    const seen: string[] = [];
    const bad = record("{");
    const failed = await runBatch(
      (items) => void seen.push(...items.map(({ event }) => event.id)),
      [record(envelope("a")), bad, record(envelope("b"))],
    );
    expect(seen).toEqual(["a", "b"]);
    expect(failed).toEqual([bad.messageId]);
  });

  test("an event that is there twice reaches the handler once", async () => {
    const seen: string[] = [];
    const failed = await runBatch(
      (items) => void seen.push(...items.map(({ event }) => event.id)),
      [record(envelope("a")), record(envelope("a")), record(envelope("b"))],
      { store: new MemoryStore() },
    );
    expect(failed).toEqual([]);
    expect(seen).toEqual(["a", "b"]);
  });

  test("the second message of an event that fails comes again too", async () => {
    const records = [record(envelope("a")), record(envelope("a"))];
    const failed = await runBatch((items) => items[0]?.fail(new Error("no")), records, { store: new MemoryStore() });
    expect(failed).toEqual(records.map(({ messageId }) => messageId));
  });

  test("events that are done do not reach the handler", async () => {
    const store = new MemoryStore();
    await runBatch(nothing, [record(envelope("a"))], { store });
    let called = false;
    const again = () => {
      called = true;
    };
    expect(await runBatch(again, [record(envelope("a"))], { store })).toEqual([]);
    expect(called).toBe(false);
  });

  test("an event outside `events` is not handled", async () => {
    const seen: string[] = [];
    const paid = record(envelope("b", { amount: 2 }, { type: "orders.Paid", dataversion: 2 }));
    const consumer = consumeBatch(contract, (items) => void seen.push(...items.map(({ name }) => name)), {
      ...offline(),
      events: ["Placed"],
    });
    const failed = ids(await consumer({ Records: [record(envelope("a")), paid] }, context()));
    expect(seen).toEqual(["Placed"]);
    expect(failed).toEqual([paid.messageId]);
  });

  test("a handler that hangs is given up in time, and its events stay claimed", async () => {
    const store = new MemoryStore();
    const one = record(envelope("a"));
    let aborted = false;
    const failed = await runBatch(
      async (_items, { signal }) => {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            reject(signal.reason);
          });
        });
      },
      [one],
      { store },
      400,
    );
    expect(failed).toEqual([one.messageId]);
    expect(aborted).toBe(true);
    expect(store.items.size).toBe(1);
  });

  test("is not started when too little time is left", async () => {
    let called = false;
    const one = record(envelope("a"));
    const failed = await runBatch(
      () => {
        called = true;
      },
      [one],
      { minStartMs: 1_000 },
      500,
    );
    expect(failed).toEqual([one.messageId]);
    expect(called).toBe(false);
  });
});

describe("on a FIFO queue", () => {
  const inGroup = (group: string, id: string) => record(envelope(id), { group });

  test("what follows a failed item in its group comes again, other groups do not", async () => {
    const records = [
      inGroup("x", "x0"),
      inGroup("y", "y0"),
      inGroup("x", "x1"),
      inGroup("y", "y1"),
      inGroup("x", "x2"),
    ];
    const failed = await runBatch(
      (items) => items.find(({ event }) => event.id === "x1")?.fail(new Error("no")),
      records,
    );
    expect(failed).toEqual([records[2]?.messageId, records[4]?.messageId]);
  });

  test("what follows a record that cannot be read is not handled before it", async () => {
    const seen: string[] = [];
    const bad = record("{", { group: "x" });
    const records = [inGroup("x", "x0"), bad, inGroup("x", "x1"), inGroup("y", "y0")];
    const store = new MemoryStore();
    const failed = await runBatch((items) => void seen.push(...items.map(({ event }) => event.id)), records, { store });
    expect(seen).toEqual(["x0", "y0"]);
    expect(failed).toEqual([bad.messageId, records[2]?.messageId]);
    // Handed back, so free for the next worker.
    expect([...store.items.keys()].sort()).toEqual([
      "billing#%2Fshop#orders.Placed#x0",
      "billing#%2Fshop#orders.Placed#y0",
    ]);
  });

  test("what follows a record that another worker holds is not handled before it", async () => {
    const store = new MemoryStore();
    store.claimResult = ({ key }) =>
      key.endsWith("x0") ? { status: "inProgress", until: Date.now() + 5_000 } : undefined;
    const seen: string[] = [];
    const records = [inGroup("x", "x0"), inGroup("x", "x1"), inGroup("y", "y0")];
    const failed = await runBatch((items) => void seen.push(...items.map(({ event }) => event.id)), records, { store });
    expect(seen).toEqual(["y0"]);
    expect(failed).toEqual([records[0]?.messageId, records[1]?.messageId]);
  });

  test("after a timeout every event stays claimed: the handler may still be at it", async () => {
    const store = new MemoryStore();
    const records = [inGroup("x", "x0"), inGroup("x", "x1")];
    const failed = await runBatch(() => new Promise<void>(() => {}), records, { store }, 300);
    expect(failed).toEqual(records.map(({ messageId }) => messageId));
    expect(store.items.size).toBe(2);
  });
});

describe("at start-up", () => {
  test("an event that the contract does not have is refused", () => {
    const make = () => consumeBatch(contract, nothing, { ...offline(), events: ["Placed", "Else" as "Paid"] });
    expect(make).toThrow(expect.objectContaining({ code: "ConfigurationInvalid", field: "events" }));
  });

  test("something that is not an SQS event is refused with what to do", async () => {
    const consumer = consumeBatch(contract, nothing, offline());
    const error = await consumer({ detail: {} } as never, context()).catch((thrown: unknown) => thrown);
    expect(isFanfareError(error, "ConfigurationInvalid")).toBe(true);
    expect(String(error)).toContain("event source mapping");
  });
});
