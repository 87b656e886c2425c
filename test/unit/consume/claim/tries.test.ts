import { describe, expect, test } from "vitest";
import { consumeBatch, type HandlerContext } from "../../../../lib/index.ts";
import { recording } from "../recording-sqs.ts";
import {
  context,
  contract,
  envelope,
  FIFO_ARN,
  ids,
  MemoryStore,
  offline,
  QUEUE_ARN,
  record,
  run,
} from "../support.ts";

/** A queue whose messages come back until they are acknowledged, with a store whose leases end between invocations. */
class Redelivery {
  readonly store = new MemoryStore();
  readonly sqs = recording();
  readonly starts: string[] = [];
  readonly #group: string | undefined;
  readonly #open: Map<string, number>;

  constructor(ids: readonly string[], group?: string) {
    this.#open = new Map(ids.map((id) => [id, 0]));
    this.#group = group;
  }

  get records() {
    return [...this.#open].map(([id, receives]) => {
      this.#open.set(id, receives + 1);
      const ApproximateReceiveCount = String(receives + 1);
      return record(envelope(id), {
        messageId: id,
        eventSourceARN: this.#group === undefined ? QUEUE_ARN : FIFO_ARN,
        attributes: { ApproximateReceiveCount, ...(this.#group && { MessageGroupId: this.#group }) },
      });
    });
  }

  options(maxAttempts: number, concurrency: number) {
    const queue = { url: "https://sqs/dlq", maxReceiveCount: 100, maxAttempts };
    return {
      store: this.store,
      backoff: false,
      concurrency,
      clients: { sqs: this.sqs.client },
      deadLetterQueues: { [QUEUE_ARN]: queue, [FIFO_ARN]: { ...queue, url: `${queue.url}.fifo` } },
    } as const;
  }

  /** What one invocation acknowledges does not come back. A kill ends it without a response, and every lease with it. */
  async deliver(handler: (id: string) => unknown, maxAttempts = 5, concurrency = 10): Promise<void> {
    const records = this.records;
    const killed = Promise.withResolvers<"killed">();
    const handlers = {
      Placed: (_data: unknown, { event }: HandlerContext) => {
        this.starts.push(event.id);
        const result = handler(event.id);
        return result === KILL ? new Promise<void>(() => killed.resolve("killed")) : (result as undefined);
      },
    };
    const failed = await Promise.race([run(handlers, records, this.options(maxAttempts, concurrency)), killed.promise]);
    if (failed === "killed") {
      this.store.endLeases();
      return;
    }
    for (const id of [...this.#open.keys()].filter((each) => !failed.includes(each))) {
      this.#open.delete(id);
    }
  }

  get rest(): string[] {
    return [...this.#open.keys()];
  }

  get reasons() {
    return this.sqs.entries().map(({ MessageBody, MessageAttributes }) => ({
      id: JSON.parse(MessageBody).id,
      ...JSON.parse(MessageAttributes.fanfareFailure?.StringValue ?? "{}"),
    }));
  }

  startsOf(id: string): number {
    return this.starts.filter((each) => each === id).length;
  }
}

const KILL = Symbol("kill");
const GROUP = ["e1", "e2", "e3", "e4", "e5", "e6"];

describe("a handler that kills its worker each time", () => {
  test.each(GROUP)("%s of a FIFO group: it alone is dead-lettered, after maxAttempts starts", async (killer) => {
    const queue = new Redelivery(GROUP, "g");
    for (let round = 0; round < 20 && queue.rest.length > 0; round++) {
      await queue.deliver((id) => (id === killer ? KILL : undefined), 3);
    }
    expect(queue.rest).toEqual([]);
    expect(queue.reasons).toMatchObject([{ id: killer, error: "AttemptsUsedUp", tries: 3 }]);
    expect(queue.reasons[0]?.message).toContain("started 3 times");
    for (const other of GROUP.filter((id) => id !== killer)) {
      expect(queue.startsOf(other), other).toBeGreaterThan(0);
      expect(queue.store.items.get(`billing#%2Fshop#orders.Placed#${other}`)?.done, other).toBe(true);
    }
    // The first of its group starts as soon as it is claimed; the start of another is not known the first time.
    expect(queue.startsOf(killer)).toBe(killer === "e1" ? 3 : 4);
  });

  test.each([1, 3, 10])(
    "on a standard queue with concurrency %i: nobody is dead-lettered for it",
    async (concurrency) => {
      const ids = Array.from({ length: 10 }, (_, n) => `m${n}`);
      const queue = new Redelivery(ids);
      for (let round = 0; round < 30 && queue.rest.length > 0; round++) {
        await queue.deliver((id) => (id === "m4" ? KILL : undefined), 2, concurrency);
      }
      expect(queue.rest).toEqual([]);
      expect(queue.reasons).toMatchObject([{ id: "m4", error: "AttemptsUsedUp" }]);
      for (const id of ids.filter((each) => each !== "m4")) {
        expect(queue.store.items.get(`billing#%2Fshop#orders.Placed#${id}`)?.done, id).toBe(true);
      }
    },
  );
});

describe("a receive is no try", () => {
  test("what waits behind a failing message of its group has all its tries left", async () => {
    const queue = new Redelivery(["e1", "e2"], "g");
    const failures = new Map([
      ["e1", 4],
      ["e2", 4],
    ]);
    for (let round = 0; round < 12 && queue.rest.length > 0; round++) {
      await queue.deliver((id) => {
        const left = failures.get(id) ?? 0;
        failures.set(id, left - 1);
        return left > 0 ? Promise.reject(new Error("not yet")) : undefined;
      });
    }
    expect([queue.rest, queue.reasons]).toEqual([[], []]);
    expect([queue.startsOf("e1"), queue.startsOf("e2")]).toEqual([5, 5]);
  });

  test("the last try is dead-lettered with its error and its number, long before the last receive", async () => {
    const queue = new Redelivery(["a"]);
    for (let round = 0; round < 3; round++) {
      await queue.deliver(() => Promise.reject(new RangeError("no")), 3);
    }
    expect(queue.rest).toEqual([]);
    expect(queue.reasons).toMatchObject([{ id: "a", error: "RangeError", attempt: 3, tries: 3 }]);
    // A redriven message has all its tries again.
    expect(queue.store.items.size).toBe(0);
  });

  test("what is handed back for want of time is not counted", async () => {
    const queue = new Redelivery(["a"]);
    const options = queue.options(1, 1);
    for (let round = 0; round < 4; round++) {
      const records = queue.records;
      expect(await run({ Placed: () => {} }, records, { ...options, minStartMs: 60_000 })).toEqual(["a"]);
    }
    expect([await run({ Placed: () => {} }, queue.records, options), queue.reasons]).toEqual([[], []]);
  });

  test("without a store, a receive counts as a try", async () => {
    const queue = new Redelivery(["a"]);
    const { store: _, ...options } = queue.options(2, 1);
    const failing = { Placed: () => Promise.reject(new Error("no")) };
    expect(await run(failing, queue.records, options)).toEqual(["a"]);
    expect(await run(failing, queue.records, options)).toEqual([]);
    expect(queue.reasons).toMatchObject([{ error: "Error", attempt: 2 }]);
  });

  test("what SQS would move next for its deadline or its group is moved with that cause", async () => {
    const { client, entries } = recording();
    const inGroup = (id: string, receives: string) =>
      record(envelope(id), {
        messageId: id,
        eventSourceARN: FIFO_ARN,
        attributes: { ApproximateReceiveCount: receives, MessageGroupId: "g" },
      });
    const options = {
      store: new MemoryStore(),
      clients: { sqs: client },
      deadLetterQueues: { [FIFO_ARN]: { url: "https://sqs/dlq.fifo", maxReceiveCount: 9 } },
    };
    const failing = { Placed: () => Promise.reject(new Error("no")) };
    expect(await run(failing, [inGroup("first", "1"), inGroup("behind", "9")], options)).toEqual(["first"]);
    expect(await run(failing, [inGroup("late", "9")], { ...options, minStartMs: 60_000 })).toEqual([]);
    const reasons = entries().map((entry) => JSON.parse(entry.MessageAttributes.fanfareFailure?.StringValue ?? "{}"));
    expect(reasons.map(({ error, attempt }) => [error, attempt])).toEqual([
      ["GroupBlocked", 9],
      ["DeadlineTooClose", 9],
    ]);
  });
});

test("a batch handler that kills its worker is called with the suspects one by one, and each by itself", async () => {
  const store = new MemoryStore();
  const { client, entries } = recording();
  const calls: string[][] = [];
  const options = {
    store,
    clients: { sqs: client },
    deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq", maxAttempts: 2 } },
  };
  let open = ["a", "b", "c"];
  for (let round = 0; round < 6 && open.length > 0; round++) {
    const killed = Promise.withResolvers<"killed">();
    const handler = consumeBatch(
      contract,
      (items) => {
        calls.push(items.map(({ event }) => event.id));
        return items.some(({ event }) => event.id === "b") ? new Promise(() => killed.resolve("killed")) : undefined;
      },
      offline(options),
    );
    const records = open.map((id) => record(envelope(id), { messageId: id }));
    const response = await Promise.race([handler({ Records: records }, context()), killed.promise]);
    if (response === "killed") {
      store.endLeases();
    } else {
      open = ids(response);
    }
  }
  expect(open).toEqual([]);
  expect(calls).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  expect(entries().map(({ MessageBody }) => JSON.parse(MessageBody).id)).toEqual(["b"]);
});
