import { describe, expect, test, vi } from "vitest";
import {
  consume,
  type EventInfo,
  type HandlerContext,
  isFanfareError,
  type Logger,
  PermanentError,
  plainJson,
  RetryError,
} from "../../../lib/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { recording } from "./recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  FIFO_ARN,
  ids,
  MemoryStore,
  offline,
  QUEUE_ARN,
  record,
  run,
  silent,
} from "./support.ts";

const nothing = () => {};

describe("what a handler gets", () => {
  test("the schema's output, the event's description and the attempt", async () => {
    const seen: [unknown, EventInfo, HandlerContext][] = [];
    const body = envelope(
      "e-1",
      { n: 5, unknown: true },
      {
        time: "2026-11-21T10:00:00Z",
        subject: "order-5",
        partitionkey: "g",
        correlationid: "c",
        causationid: "d",
        traceparent: "00-1-2-01",
        tracestate: "v=1",
        expirytime: "2999-01-01T00:00:00Z",
      },
    );
    const one = record(body, { attributes: { ApproximateReceiveCount: "4" } });
    await run({ Placed: (data, ctx) => void seen.push([data, ctx.event, ctx]) }, [one]);
    const [[data, info, ctx] = []] = seen;
    expect(data).toEqual({ n: 5 });
    expect(info).toEqual({
      name: "Placed",
      id: "e-1",
      source: "/shop",
      type: "orders.Placed",
      version: 1,
      time: new Date("2026-11-21T10:00:00Z"),
      subject: "order-5",
      partitionKey: "g",
      correlationId: "c",
      causationId: "d",
      traceparent: "00-1-2-01",
      tracestate: "v=1",
      expiresAt: new Date("2999-01-01T00:00:00Z"),
    });
    expect(ctx?.attempt).toBe(4);
    expect(ctx?.record).toBe(one);
    expect(ctx?.idempotencyKey).toBe("billing#%2Fshop#orders.Placed#e-1");
    expect(ctx?.remainingMs()).toBeGreaterThan(20_000);
    expect(ctx?.signal.aborted).toBe(false);
  });

  test("older versions, brought up", async () => {
    const seen: unknown[] = [];
    const old = record(envelope("e", { total: 9 }, { type: "orders.Paid", dataversion: 1 }));
    expect(await run({ Paid: (data) => void seen.push(data) }, [old])).toEqual([]);
    expect(seen).toEqual([{ amount: 9 }]);
  });

  test("an event that SNS wrapped because raw delivery is off", async () => {
    const seen: unknown[] = [];
    const wrapped = { Type: "Notification", TopicArn: "arn:t", Message: JSON.stringify(envelope("e")) };
    expect(await run({ Placed: (data) => void seen.push(data) }, [record(wrapped)])).toEqual([]);
    expect(seen).toEqual([{ n: 1 }]);
  });

  test("the attempt is 1 where nobody counted", async () => {
    for (const count of ["", "0", "-1", "1e400", "x"]) {
      const attempts: number[] = [];
      const one = record(envelope("e"), { attributes: { ApproximateReceiveCount: count } });
      await run({ Placed: (_data, ctx) => void attempts.push(ctx.attempt) }, [one]);
      expect(attempts).toEqual([1]);
    }
  });
});

describe("how a handler asks for a retry", () => {
  test("for seconds that SQS cannot wait, it is told so, and the message comes again", async () => {
    const caught: unknown[] = [];
    const one = record(envelope("e"));
    const handler = (_data: unknown, ctx: HandlerContext) => {
      try {
        ctx.retry({ after: 50_000 });
      } catch (error) {
        caught.push(error);
        throw error;
      }
    };
    expect(await run({ Placed: handler }, [one])).toEqual([one.messageId]);
    expect(caught[0]).toMatchObject({ code: "MessageInvalid", field: "after", limit: "0 to 43200 seconds" });
  });

  test("an error of another copy of the package counts the same", async () => {
    // What a second copy in the bundle throws: no class in common, only the brand.
    const foreign = Object.assign(new Error("not now"), {
      code: "Retry",
      afterSeconds: 60,
      [Symbol.for("fanfare.error")]: true,
    });
    const one = record(envelope("e"));
    expect(await run({ Placed: () => Promise.reject(foreign) }, [one])).toEqual([one.messageId]);
  });
});

describe("codecs", () => {
  const codec = plainJson(contract, "Placed");

  test("read bodies without an envelope, and leave envelopes alone", async () => {
    const seen: unknown[] = [];
    const records = [record({ n: 1 }), record(envelope("e", { n: 2 }))];
    const failed = await run(
      { Placed: (data, ctx) => void seen.push([data.n, ctx.event.id, ctx.event.source]) },
      records,
      {
        codec,
      },
    );
    expect(failed).toEqual([]);
    // In whatever order: a standard queue has none.
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual([1, records[0]?.messageId, QUEUE_ARN]);
    expect(seen).toContainEqual([2, "e", "/shop"]);
  });

  test("give identity, version and time", async () => {
    const seen: EventInfo[] = [];
    await run({ Paid: (_data, ctx) => void seen.push(ctx.event) }, [record({ total: 3 })], {
      codec: (body) => ({
        event: "Paid",
        data: body,
        id: "i",
        source: "s",
        version: 1,
        time: "2026-01-01T00:00:00Z",
      }),
    });
    expect(seen[0]).toMatchObject({
      name: "Paid",
      id: "i",
      source: "s",
      version: 1,
      time: new Date("2026-01-01T00:00:00Z"),
    });
  });

  test("may ignore, may not know, may throw: each only for its own message", async () => {
    const handled: unknown[] = [];
    const records = [record({ n: 1 }), record({ ignore: true }), record({ unknown: true }), record({ boom: true })];
    const failed = await run({ Placed: (data) => void handled.push(data) }, records, {
      codec: (body) => {
        if (typeof body !== "object" || body === null || "unknown" in body) {
          return undefined;
        }
        if ("ignore" in body) {
          return null;
        }
        if ("boom" in body) {
          throw new Error("no");
        }
        return { event: "Placed", data: body };
      },
    });
    expect(failed).toEqual([records[2]?.messageId, records[3]?.messageId]);
    expect(handled).toEqual([{ n: 1 }]);
  });
});

describe("the idempotency key", () => {
  test("may be the user's: two events with one key are the same", async () => {
    const handled: string[] = [];
    const store = new MemoryStore();
    const idempotencyKey = (_event: EventInfo, data: unknown) => `order-${(data as { n: number }).n}`;
    const records = [record(envelope("a", { n: 1 })), record(envelope("b", { n: 1 })), record(envelope("c", { n: 2 }))];
    const handler = (_data: unknown, ctx: HandlerContext) => void handled.push(ctx.event.id);
    expect(await run({ Placed: handler }, records, { store, idempotencyKey })).toEqual([]);
    expect(handled).toEqual(["a", "c"]);
    expect([...store.items.keys()]).toEqual(["billing#Placed#order-1", "billing#Placed#order-2"]);
  });

  test.each([
    [() => ""],
    [() => undefined as never],
    [
      () => {
        throw new Error("no");
      },
    ],
  ])("that is none, or throws, fails its own record", async (idempotencyKey: () => string) => {
    const store = new MemoryStore();
    const one = record(envelope("a"));
    expect(await run({ Placed: nothing }, [one], { store, idempotencyKey })).toEqual([one.messageId]);
    expect(store.calls).toEqual([]);
  });
});

describe("guarantees", () => {
  test("exactly once: claims and completions go 25 per call", async () => {
    const store = new MemoryStore();
    const records = Array.from({ length: 60 }, (_, n) => record(envelope(`e-${n}`)));
    expect(await run({ Placed: nothing }, records, { store })).toEqual([]);
    const sizes = (step: string) => store.calls.filter((call) => call.step === step).map(({ keys }) => keys.length);
    expect(sizes("claim")).toEqual([25, 25, 10]);
    expect(Math.max(...sizes("complete"))).toBeLessThanOrEqual(25);
    expect(sizes("complete").reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(sizes("complete").length).toBeLessThanOrEqual(5);
  });

  test("exactly once: a failure releases its claim", async () => {
    const store = new MemoryStore();
    const one = record(envelope("a"));
    expect(await run({ Placed: () => Promise.reject(new Error("no")) }, [one], { store })).toEqual([one.messageId]);
    expect([...store.items.values()]).toMatchObject([{ state: "released", tries: 1 }]);
  });

  test("exactly once: a claim that was lost meanwhile leaves the message to the new owner", async () => {
    const store = new MemoryStore();
    store.settleResult = () => ({ status: "lost" });
    const one = record(envelope("a"));
    expect(await run({ Placed: nothing }, [one], { store })).toEqual([one.messageId]);
  });

  test("exactly once: a completion that cannot be written is logged, and its work is not repeated", async () => {
    const store = new MemoryStore();
    store.settleResult = () => ({ status: "unavailable", error: new Error("no") });
    const error = vi.fn();
    expect(await run({ Placed: nothing }, [record(envelope("a"))], { store, logger: { ...silent, error } })).toEqual(
      [],
    );
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining("completion could not be recorded"),
      expect.objectContaining({ eventId: "a" }),
    );
  });

  test("at most once: nothing is lost that is not started", async () => {
    const store = new MemoryStore();
    const records = Array.from({ length: 30 }, (_, n) => record(envelope(`e-${n}`)));
    let started = 0;
    const failed = await run(
      {
        Placed: async () => {
          started += 1;
          await new Promise((resolve) => setTimeout(resolve, 60));
        },
      },
      records,
      { store, guarantee: "at-most-once", concurrency: 2, deadLetterQueues: DEAD_LETTER_QUEUES },
      600,
    );
    expect(started).toBeGreaterThan(0);
    expect(failed.length).toBeGreaterThan(0);
    expect(started + failed.length).toBe(30);
    // What was handed back is free for the next worker.
    expect([...store.items.values()].map(({ state }) => state)).toEqual(Array(started).fill("done"));
  });

  test.each(["at-most-once", "at-least-once"] as const)("%s: ctx.commit says what it needs", async (guarantee) => {
    let thrown: unknown;
    await run(
      {
        Placed: async (_data, ctx) => {
          await ctx.commit([]).catch((error: unknown) => {
            thrown = error;
          });
        },
      },
      [record(envelope("a"))],
      {
        store: Object.assign(new MemoryStore(), { commit: () => Promise.resolve() }),
        guarantee,
        deadLetterQueues: DEAD_LETTER_QUEUES,
      },
    );
    expect(isFanfareError(thrown, "ConfigurationInvalid")).toBe(true);
    expect(String(thrown)).toContain("exactly-once");
  });

  test("exactly once with a store that cannot commit: ctx.commit says so", async () => {
    let thrown: unknown;
    const handler = async (_data: unknown, ctx: HandlerContext) => {
      await ctx.commit([]).catch((error: unknown) => {
        thrown = error;
      });
    };
    await run({ Placed: handler }, [record(envelope("a"))], { store: new MemoryStore() });
    expect(isFanfareError(thrown, "ConfigurationInvalid")).toBe(true);
  });

  test("a handler that throws after its commit is done, and said so", async () => {
    const store = Object.assign(new MemoryStore(), { commit: () => Promise.resolve() });
    const warn = vi.fn();
    const handler = async (_data: unknown, ctx: HandlerContext) => {
      await ctx.commit([]);
      throw new Error("too late");
    };
    expect(await run({ Placed: handler }, [record(envelope("a"))], { store, logger: { ...silent, warn } })).toEqual([]);
    expect(warn).toHaveBeenCalledWith("the handler threw after it had committed", expect.anything());
  });

  test("a commit completes the event: no completion besides", async () => {
    const store = Object.assign(new MemoryStore(), { commit: () => Promise.resolve() });
    await run({ Placed: (_data, ctx) => ctx.commit([]) }, [record(envelope("a"))], { store });
    expect(store.calls.map(({ step }) => step)).toEqual(["claim"]);
  });
});

describe("stores with faults", () => {
  test("that throw: nothing is handled, all come again", async () => {
    const store = new MemoryStore();
    store.claim = () => Promise.reject(new Error("no"));
    const one = record(envelope("a"));
    const handler = vi.fn();
    expect(await run({ Placed: handler }, [one], { store })).toEqual([one.messageId]);
    expect(handler).not.toHaveBeenCalled();
  });

  test("that answer too few outcomes: the rest comes again", async () => {
    const store = new MemoryStore();
    store.claim = async ([first]) => {
      if (first !== undefined) {
        store.items.set(first.key, { owner: first.owner, done: false });
      }
      return [{ status: "claimed" }];
    };
    const records = [record(envelope("a")), record(envelope("b"))];
    const handler = vi.fn();
    expect(await run({ Placed: handler }, records, { store })).toEqual([records[1]?.messageId]);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test("that cannot say whether the claim was made: it is given back before the answer", async () => {
    const store = new MemoryStore();
    store.claimResult = ({ key, owner }) => {
      store.items.set(key, { owner, done: false, tries: 1 });
      return { status: "unavailable", error: new Error("the answer was lost") };
    };
    const one = record(envelope("a"));
    expect(await run({ Placed: nothing }, [one], { store })).toEqual([one.messageId]);
    expect(store.items.size).toBe(0);
  });

  test("that hang: the answer is in time", async () => {
    const store = new MemoryStore();
    store.claim = () => new Promise(() => {});
    const one = record(envelope("a"));
    const clock = new FakeClock();
    const endsAt = clock.now() + 1_000;
    const invocation = { ...context(), getRemainingTimeInMillis: () => endsAt - clock.now() };
    const options = offline({ store, clock, clients: { sqs: recording().client } });
    let ended = false;
    const answer = consume(
      contract,
      { Placed: nothing },
      options,
    )({ Records: [one] }, invocation).finally(() => {
      ended = true;
    });
    await clock.advance(999);
    expect(ended).toBe(true);
    expect(ids(await answer)).toEqual([one.messageId]);
  });
});

describe("expiry", () => {
  const expired = () => record(envelope("old", { n: 1 }, { expirytime: "2020-01-01T00:00:00Z" }));

  test("is acknowledged and logged", async () => {
    const handler = vi.fn();
    const warn = vi.fn();
    expect(await run({ Placed: handler }, [expired()], { logger: { ...silent, warn } })).toEqual([]);
    expect(handler).not.toHaveBeenCalled();
    expect(warn).toHaveBeenCalledWith("message expired", expect.objectContaining({ eventId: "old" }));
  });

  test("or kept for the dead-letter queue", async () => {
    const one = expired();
    expect(await run({ Placed: nothing }, [one], { expired: "dead-letter" })).toEqual([one.messageId]);
  });
});

describe("logs", () => {
  test("tell each record's fate once, with ids and without bodies", async () => {
    const lines: [string, string, Readonly<Record<string, unknown>>][] = [];
    const log = (level: string) => (message: string, fields: Readonly<Record<string, unknown>>) =>
      void lines.push([level, message, fields]);
    const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const secret = "secret-personal-data";
    const records = [
      record(envelope("ok", { n: 0, secret })),
      record(envelope("throws", { n: 1, secret })),
      record(envelope("wrong", { n: secret })),
      record(`{"broken": "${secret}`),
    ];
    await run(
      {
        Placed: ({ n }) => {
          if (n === 1) {
            throw new RetryError("not yet");
          }
        },
      },
      records,
      { logger },
    );
    const fates = lines.filter(([, , fields]) => "outcome" in fields);
    expect(fates).toHaveLength(4);
    expect(new Set(fates.map(([, , fields]) => fields.messageId))).toEqual(
      new Set(records.map(({ messageId }) => messageId)),
    );
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe("FIFO", () => {
  const inGroup = (group: string, id: string) => record(envelope(id), { group });

  test("a message in the dead-letter queue does not stop its group; one that comes again does", async () => {
    const handled: string[] = [];
    const records = [inGroup("x", "x0"), inGroup("x", "x1"), inGroup("y", "y0"), inGroup("y", "y1")];
    const send = vi.fn(async () => ({ Successful: [{ Id: "0" }] }));
    const failed = await run(
      {
        Placed: (_data, ctx) => {
          handled.push(ctx.event.id);
          if (ctx.event.id === "x0") {
            throw new PermanentError("no");
          }
          if (ctx.event.id === "y0") {
            throw new Error("no");
          }
        },
      },
      records,
      { deadLetterQueues: { [FIFO_ARN]: { url: "https://sqs/dlq.fifo" } }, clients: { sqs: { send } as never } },
    );
    expect(handled.sort()).toEqual(["x0", "x1", "y0"]);
    expect(failed).toEqual([records[2]?.messageId, records[3]?.messageId]);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test("what is handed back behind a failure is free for the next worker", async () => {
    const store = new MemoryStore();
    await run({ Placed: () => Promise.reject(new Error("no")) }, [inGroup("x", "x0"), inGroup("x", "x1")], { store });
    expect([...store.items.values()]).toMatchObject([{ state: "released", tries: 1 }]);
  });

  test("groups share the concurrency", async () => {
    let running = 0;
    let most = 0;
    const records = Array.from({ length: 8 }, (_, n) => inGroup(`g${n}`, `e${n}`));
    await run(
      {
        Placed: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
        },
      },
      records,
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });
});
