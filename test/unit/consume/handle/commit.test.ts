import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import {
  type ConsumeOptions,
  consumeBatch,
  dynamoDbStore,
  FanfareError,
  type HandlerContext,
  isFanfareError,
} from "../../../../lib/index.ts";
import { type Call, clientsOf, memoryAws } from "../../../../lib/testing/clients/index.ts";
import { recording } from "../recording-sqs.ts";
import { contract, DEAD_LETTER_QUEUES, envelope, type Orders, offline, record, run, silent } from "../support.ts";

const KEY = "billing#%2Fshop#orders.Placed#a";
const put = (id: string): TransactWriteItem => ({ Put: { TableName: "effects", Item: { id: { S: id } } } });
/** An effect whose condition fails if it is there already. */
const putNew = (id: string): TransactWriteItem => ({
  Put: { TableName: "effects", Item: { id: { S: id } }, ConditionExpression: "attribute_not_exists(id)" },
});

function world(interfere: (call: Call) => Promise<void> | void = () => {}) {
  const aws = memoryAws({ now: () => Date.now() });
  aws.dynamodb.createTable("tab");
  aws.dynamodb.createTable("effects");
  const calls: string[] = [];
  const { dynamodb: client } = clientsOf(async (call) => {
    calls.push(call.operation);
    await interfere(call);
    return aws.perform(call);
  });
  const { client: sqs, entries } = recording();
  const options: ConsumeOptions<Orders> = {
    store: dynamoDbStore({ table: "tab", client }),
    deadLetterQueues: DEAD_LETTER_QUEUES,
    clients: { sqs },
  };
  return {
    calls,
    effects: () => [...aws.dynamodb.items("effects").keys()].sort(),
    state: () => aws.dynamodb.items("tab").get(KEY)?.state?.S,
    reasons: () => entries().map((entry) => JSON.parse(entry.MessageAttributes.fanfareFailure?.StringValue ?? "{}")),
    deliver: (handler: (ctx: HandlerContext) => unknown, more: ConsumeOptions<Orders> = {}) =>
      run({ Placed: (_data, ctx) => handler(ctx) as undefined }, [record(envelope("a"), { messageId: "m" })], {
        ...options,
        ...more,
      }),
  };
}

const slowly = (call: Call) =>
  call.operation === "TransactWriteItems" ? new Promise<void>((resolve) => setTimeout(resolve, 20)) : undefined;

/** One line after the other, as a loop over an order's lines would. */
const lineByLine = async (ctx: HandlerContext) => {
  for (const line of ["1", "2"]) {
    await ctx.commit([put(line)]);
  }
};

describe("a second commit", () => {
  test.each([
    ["awaited", lineByLine],
    ["not awaited", (ctx: HandlerContext) => ["1", "2"].forEach((line) => void ctx.commit([put(line)]))],
    [
      "with its error swallowed",
      async (ctx: HandlerContext) => {
        for (const line of ["1", "2", "3"]) {
          await ctx.commit([put(line)]).catch(() => undefined);
        }
      },
    ],
    [
      "of effects that are added",
      async (ctx: HandlerContext) => {
        await ctx.commit([put("1")]);
        ctx.effects.add(put("2"));
      },
    ],
  ])("%s is refused by name, and the message is not acknowledged as done", async (_, handler) => {
    const { deliver, reasons, effects } = world();
    expect(await deliver(handler)).toEqual([]);
    expect(reasons()).toMatchObject([{ error: "CommitRepeated" }]);
    expect(reasons()[0].message).toMatch(/ctx\.(commit|effects)/);
    expect(effects()).not.toContain("2");
  });

  test("without a dead-letter queue is redelivered", async () => {
    const { deliver } = world();
    expect(await deliver(lineByLine, { deadLetterQueues: {} })).toEqual(["m"]);
  });

  test("in the same turn writes neither", async () => {
    const { deliver, effects, calls } = world();
    await deliver((ctx) => void Promise.allSettled(["1", "2"].map((line) => ctx.commit([put(line)]))));
    expect(effects()).toEqual([]);
    expect(calls).not.toContain("TransactWriteItems");
  });

  test("after one that failed is the first", async () => {
    const { deliver, effects, state } = world();
    await deliver((ctx) => ctx.commit([put("taken")]));
    const other = world();
    expect(
      await other.deliver(async (ctx) => {
        const failed = await ctx.commit([{ ConditionCheck: conditionOn("taken") }]).catch(() => "failed");
        await ctx.commit([put(String(failed))]);
      }),
    ).toEqual([]);
    expect([effects(), state()]).toEqual([["taken"], "done"]);
    expect([other.effects(), other.state(), other.reasons()]).toEqual([["failed"], "done", []]);
  });
});

const conditionOn = (id: string) => ({
  TableName: "effects",
  Key: { id: { S: id } },
  ConditionExpression: "attribute_exists(id)",
});

describe("a commit that is not awaited", () => {
  test("is awaited before the outcome", async () => {
    const { deliver, effects, state } = world(slowly);
    expect(await deliver((ctx) => void ctx.commit([put("1")]))).toEqual([]);
    expect([effects(), state()]).toEqual([["1"], "done"]);
  });

  test("and fails is no success", async () => {
    const { deliver, effects, state } = world(async (call) => {
      await slowly(call);
      if (call.operation === "TransactWriteItems") {
        throw Object.assign(new Error("no"), { name: "ValidationException" });
      }
    });
    expect(await deliver((ctx) => void ctx.commit([put("1")]))).toEqual(["m"]);
    expect([effects(), state()]).toEqual([[], "released"]);
  });

  test("and whose own condition fails late is no success", async () => {
    const { deliver } = world(slowly);
    expect(await deliver((ctx) => void ctx.commit([{ ConditionCheck: conditionOn("none") }]))).toEqual(["m"]);
  });

  test("beside a handler that throws decides", async () => {
    const warn = vi.fn();
    const { deliver, effects, state } = world(slowly);
    const handler = (ctx: HandlerContext) => {
      void ctx.commit([put("1")]);
      throw new Error("late");
    };
    expect(await deliver(handler, { logger: { ...silent, warn } })).toEqual([]);
    expect([effects(), state()]).toEqual([["1"], "done"]);
    expect(warn).toHaveBeenCalledWith("the handler threw after it had committed", expect.anything());
  });

  test("ends with the handler's deadline", async () => {
    const { deliver } = world((call) => (call.operation === "TransactWriteItems" ? new Promise(() => {}) : undefined));
    expect(await deliver((ctx) => void ctx.commit([put("1")]), { recordTimeoutMs: 30 })).toEqual(["m"]);
  });
});

test("a failure of its own condition that the handler has seen is the handler's to judge", async () => {
  const { deliver, state } = world();
  expect(await deliver((ctx) => ctx.commit([{ ConditionCheck: conditionOn("none") }]).catch(() => {}))).toEqual([]);
  expect(state()).toBe("done");
});

test("a claim that was lost is no success, even if the handler swallows it", async () => {
  const { deliver } = world();
  const store = { commit: () => Promise.reject(new FanfareError("StoreUnavailable", "taken over")) };
  const claimed = { claim: async () => [{ status: "claimed" }], complete: vi.fn(), release: async () => [] };
  expect(await deliver((ctx) => ctx.commit([]).catch(() => {}), { store: { ...claimed, ...store } as never })).toEqual([
    "m",
  ]);
  expect(claimed.complete).not.toHaveBeenCalled();
});

describe("effects", () => {
  test("are collected, and written once, when the handler has returned", async () => {
    const { deliver, effects, state, calls } = world();
    expect(
      await deliver(async (ctx) => {
        for (const line of ["1", "2", "3"]) {
          ctx.effects.add(put(line), put(`${line}b`));
          await undefined;
        }
        expect(effects()).toEqual([]);
      }),
    ).toEqual([]);
    expect([effects(), state()]).toEqual([["1", "1b", "2", "2b", "3", "3b"], "done"]);
    expect(calls.filter((operation) => operation === "TransactWriteItems")).toHaveLength(1);
  });

  test("go with the items of a commit", async () => {
    const { deliver, effects } = world();
    expect(
      await deliver(async (ctx) => {
        ctx.effects.add(put("1"));
        await ctx.commit([put("2")]);
      }),
    ).toEqual([]);
    expect(effects()).toEqual(["1", "2"]);
  });

  test("of a handler that throws are not written", async () => {
    const { deliver, effects } = world();
    const handler = (ctx: HandlerContext) => {
      ctx.effects.add(put("1"));
      throw new Error("no");
    };
    expect(await deliver(handler)).toEqual(["m"]);
    expect(effects()).toEqual([]);
  });

  test("that cannot be written fail the delivery", async () => {
    const { deliver, state } = world();
    expect(await deliver((ctx) => ctx.effects.add({ ConditionCheck: conditionOn("none") }))).toEqual(["m"]);
    expect(state()).toBe("released");
  });

  test("need the guarantee exactly-once", async () => {
    let thrown: unknown;
    await world().deliver(
      (ctx) => {
        try {
          ctx.effects.add(put("1"));
        } catch (error) {
          thrown = error;
        }
      },
      { guarantee: "at-least-once" },
    );
    expect(isFanfareError(thrown, "ConfigurationInvalid")).toBe(true);
  });
});

describe("claimed with the commit", () => {
  const claim = "with-commit";

  test("an event takes one call instead of two, and its record is done at once", async () => {
    const { deliver, effects, state, calls } = world();
    expect(await deliver((ctx) => ctx.effects.add(put("1")), { claim })).toEqual([]);
    expect([effects(), state(), calls]).toEqual([["1"], "done", ["TransactWriteItems"]]);
    const before = world();
    await before.deliver((ctx) => ctx.effects.add(put("1")));
    expect(before.calls).toEqual(["BatchExecuteStatement", "TransactWriteItems"]);
  });

  test("a handler without effects completes its event too", async () => {
    const { deliver, state } = world();
    expect(await deliver(() => {}, { claim })).toEqual([]);
    expect(state()).toBe("done");
  });

  test("a duplicate is handled, and writes nothing", async () => {
    const { deliver, effects } = world();
    await deliver((ctx) => ctx.effects.add(put("1")), { claim });
    const handler = vi.fn((ctx: HandlerContext) => ctx.commit([put("2")]).catch(() => {}));
    const info = vi.fn();
    expect(await deliver(handler, { claim, logger: { ...silent, info } })).toEqual([]);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(effects()).toEqual(["1"]);
    expect(info).toHaveBeenCalledWith("message duplicate", expect.anything());
  });

  test("of two at the same time, one writes", async () => {
    const { deliver, effects, reasons } = world(slowly);
    const handle = (ctx: HandlerContext) => ctx.effects.add(putNew("1"));
    expect(await Promise.all([deliver(handle, { claim }), deliver(handle, { claim })])).toEqual([[], []]);
    expect([effects(), reasons()]).toEqual([["1"], []]);
  });

  test("a failure leaves no record", async () => {
    const { deliver, state } = world();
    expect(await deliver(() => Promise.reject(new Error("no")), { claim })).toEqual(["m"]);
    expect(state()).toBeUndefined();
  });

  test("is refused where it cannot be", () => {
    const refusal = expect.objectContaining({ code: "ConfigurationInvalid", field: "claim" });
    const withCommit = offline({ claim, store: dynamoDbStore({ table: "t" }) });
    expect(() => consumeBatch(contract, () => {}, withCommit)).toThrow(refusal);
    return expect(run({ Placed: () => {} }, [], { ...withCommit, guarantee: "at-least-once" })).rejects.toThrow(
      refusal,
    );
  });
});
