import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../lib/clock/index.ts";
import { type ConsumeOptions, consume, poll, type SqsRecord } from "../../../../lib/index.ts";
import { type Entry, recording } from "../recording-sqs.ts";
import {
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  FIFO_ARN,
  MemoryStore,
  type Orders,
  offline,
  QUEUE_ARN,
  record,
  run,
} from "../support.ts";

const KEY = "billing#%2Fshop#orders.Placed#a";

function world() {
  const store = new MemoryStore();
  const { client, entries } = recording();
  const starts: string[] = [];
  const options: ConsumeOptions<Orders> = {
    store,
    guarantee: "at-most-once",
    clients: { sqs: client },
    deadLetterQueues: DEAD_LETTER_QUEUES,
  };
  const deliver = (records: readonly SqsRecord[], end: () => unknown = () => {}, more: ConsumeOptions<Orders> = {}) => {
    const handler = (_data: unknown, { event }: { event: { id: string } }) => {
      starts.push(event.id);
      return end() as undefined;
    };
    return run({ Placed: handler }, records, { ...options, ...more });
  };
  return { store, entries, starts, deliver };
}

const fails = () => Promise.reject(new TypeError("no"));
const a = (more: Partial<SqsRecord> = {}) => record(envelope("a"), more);
const reasonOf = (entry: Entry | undefined) => JSON.parse(entry?.MessageAttributes.fanfareFailure?.StringValue ?? "{}");

/** The message that a redrive makes of a dead letter. */
function redriven(entry: Entry | undefined): SqsRecord {
  const attribute = entry?.MessageAttributes.fanfareFailure;
  return a({
    messageAttributes: { fanfareFailure: { dataType: "String", stringValue: attribute?.StringValue } },
  });
}

describe("at-most-once", () => {
  test("records the start before it, and the end after it", async () => {
    const { store, starts, deliver } = world();
    expect(await deliver([a()])).toEqual([]);
    expect(store.calls.map(({ step }) => step)).toEqual(["claim", "start", "complete"]);
    expect(store.items.get(KEY)).toMatchObject({ state: "done", tries: 1 });
    expect(await deliver([a()])).toEqual([]);
    expect(starts).toEqual(["a"]);
  });

  test("dead-letters a failure at once; a redrive starts it again, and nothing else does", async () => {
    const { store, entries, starts, deliver } = world();
    expect(await deliver([a()], fails)).toEqual([]);
    expect(reasonOf(entries()[0])).toMatchObject({ error: "TypeError", tries: 1, claim: expect.any(String) });
    // The acknowledgement was lost: the same message comes again. It is kept, and not started.
    const again = a();
    expect(await deliver([again])).toEqual([again.messageId]);
    store.endLeases();
    expect(await deliver([again])).toEqual([]);
    expect(entries().map((entry) => reasonOf(entry).error)).toEqual(["TypeError", "OutcomeUnknown"]);
    expect(starts).toEqual(["a"]);
    // The first letter ended a claim that is no more; the second is the one to redrive.
    const stale = redriven(entries()[0]);
    expect(await deliver([stale])).toEqual([stale.messageId]);
    expect(await deliver([redriven(entries()[1])])).toEqual([]);
    expect(starts).toEqual(["a", "a"]);
    expect(store.items.get(KEY)).toMatchObject({ state: "done" });
  });

  test("keeps what was started by a worker that disappeared", async () => {
    const { store, entries, starts, deliver } = world();
    void deliver([a()], () => new Promise(() => {}));
    await expect.poll(() => starts.length).toBe(1);
    const second = a();
    expect(await deliver([second])).toEqual([second.messageId]);
    store.endLeases();
    expect(await deliver([second])).toEqual([]);
    expect(starts).toEqual(["a"]);
    expect(reasonOf(entries()[0])).toMatchObject({ error: "OutcomeUnknown", tries: 1 });
    expect(reasonOf(entries()[0]).message).toContain("its outcome is unknown");
    expect(await deliver([redriven(entries()[0])])).toEqual([]);
    expect(starts).toEqual(["a", "a"]);
  });

  test.each(["claim", "start"] as const)(
    "a lost response to its %s loses nothing, and starts nothing twice",
    async (step) => {
      const { store, entries, starts, deliver } = world();
      const original = store[step].bind(store) as (requests: never) => Promise<readonly { status: string }[]>;
      let isLost = true;
      store[step] = async (requests: never) => {
        const results = await original(requests);
        const lost = results.map(() => ({ status: "unavailable", error: new Error("the response was lost") }) as const);
        return (isLost ? lost : results) as never;
      };
      const one = a();
      expect(await deliver([one])).toEqual([one.messageId]);
      isLost = false;
      expect(await deliver([one])).toEqual([]);
      expect([starts, entries()]).toEqual([["a"], []]);
    },
  );

  test.each(["claim", "start"] as const)("a %s whose worker then disappears is no start", async (step) => {
    const { store, entries, starts, deliver } = world();
    const original = store[step].bind(store) as (requests: never) => Promise<unknown>;
    const reached = Promise.withResolvers<void>();
    store[step] = async (requests: never) => {
      if (step === "claim") {
        await original(requests);
      }
      reached.resolve();
      return await new Promise<never>(() => {});
    };
    void deliver([a()]);
    await reached.promise;
    store[step] = original as never;
    store.endLeases();
    expect(await deliver([a()])).toEqual([]);
    expect([starts, entries()]).toEqual([["a"], []]);
  });

  test("a redrive starts nothing beside a handler that was given up, and may still run", async () => {
    const { store, entries, starts, deliver } = world();
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    const options = { clock, recordTimeoutMs: 20 };
    expect(await deliver([a()], () => new Promise(() => {}), options)).toEqual([]);
    const { error, runsUntil } = reasonOf(entries()[0]);
    expect([error, runsUntil > clock.now()]).toEqual(["HandlerTimeout", true]);
    const letter = redriven(entries()[0]);
    const calls = store.calls.length;
    expect(await deliver([letter], undefined, options)).toEqual([letter.messageId]);
    expect([starts, store.calls.length]).toEqual([["a"], calls]);
    later = runsUntil - clock.now() + 1;
    expect(await deliver([letter], undefined, options)).toEqual([]);
    expect(starts).toEqual(["a", "a"]);
  });

  test("hands back what it has no time to start", async () => {
    const { store, starts, deliver } = world();
    const one = a();
    expect(await deliver([one], undefined, { minStartMs: 60_000 })).toEqual([one.messageId]);
    expect(await deliver([one])).toEqual([]);
    expect([starts, store.items.get(KEY)?.state]).toEqual([["a"], "done"]);
  });

  test("does not give a message up that the dead-letter queue did not take", async () => {
    const { store, starts, deliver } = world();
    const refusing = recording(() => "fail").client;
    const one = a();
    expect(await deliver([one], fails, { clients: { sqs: refusing } })).toEqual([one.messageId]);
    store.endLeases();
    expect(await deliver([one], fails, { clients: { sqs: refusing } })).toEqual([one.messageId]);
    store.endLeases();
    expect(await deliver([one])).toEqual([]);
    expect(starts).toEqual(["a"]);
  });

  test("a letter without room for the claim's name can be redriven all the same", async () => {
    const { entries, starts, deliver } = world();
    const full = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`x${n}`, { dataType: "String", stringValue: "x" }]),
    );
    expect(await deliver([a({ messageAttributes: full })], fails)).toEqual([]);
    expect(Object.keys(entries()[0]?.MessageAttributes ?? {})).not.toContain("fanfareFailure");
    expect(await deliver([a({ messageAttributes: full })])).toEqual([]);
    expect(starts).toEqual(["a", "a"]);
  });

  test("in a FIFO group: what follows a failure goes on, and what follows a hand-back waits", async () => {
    const { starts, deliver, store } = world();
    const inGroup = (id: string) => record(envelope(id), { group: "g", eventSourceARN: FIFO_ARN, messageId: id });
    let first = true;
    const failsFirst = () => {
      const end = first ? fails() : undefined;
      first = false;
      return end;
    };
    expect(await deliver([inGroup("1"), inGroup("2")], failsFirst)).toEqual([]);
    expect(starts).toEqual(["1", "2"]);
    store.items.set("billing#%2Fshop#orders.Placed#3", { owner: "another", done: false });
    expect(await deliver([inGroup("3"), inGroup("4")])).toEqual(["3", "4"]);
    expect(store.items.has("billing#%2Fshop#orders.Placed#4")).toBe(false);
  });
});

describe("at-most-once is refused", () => {
  const handlers = { Placed: () => {} };
  const options = { guarantee: "at-most-once", store: new MemoryStore() } as const;

  test("at start-up without a dead-letter queue, of a function and of a poller", () => {
    const refusal = expect.objectContaining({ code: "ConfigurationInvalid", field: "deadLetterQueues" });
    expect(() => consume(contract, handlers, offline(options))).toThrow(refusal);
    const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
    expect(() => poll(contract, handlers, { ...offline(options), queueUrl })).toThrow(refusal);
  });

  test("at start-up with a store that cannot record starts", () => {
    const { claim, complete, release } = new MemoryStore();
    const store = { claim, complete, release };
    expect(() =>
      consume(contract, handlers, offline({ ...options, store, deadLetterQueues: DEAD_LETTER_QUEUES })),
    ).toThrow(expect.objectContaining({ code: "ConfigurationInvalid", field: "store" }));
  });

  test("for messages of a queue whose dead-letter queue is not known: they are handed back untouched", async () => {
    const { store, starts, deliver } = world();
    const other = { [FIFO_ARN]: { url: "https://sqs/dlq.fifo" } };
    const one = a();
    expect(one.eventSourceARN).toBe(QUEUE_ARN);
    expect(await deliver([one], undefined, { deadLetterQueues: other })).toEqual([one.messageId]);
    expect([starts, store.calls]).toEqual([[], []]);
  });
});
