import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { dynamoDbStore, type HandlerContext } from "../../../../lib/index.ts";
import { clientsOf, memoryAws } from "../../../../lib/testing/clients/index.ts";
import { recording } from "../recording-sqs.ts";
import { DEAD_LETTER_QUEUES, envelope, record, run, silent } from "../support.ts";

const KEY = "billing#%2Fshop#orders.Placed#a";
const put = (id: string, TableName = "effects"): TransactWriteItem => ({ Put: { TableName, Item: { id: { S: id } } } });
const puts = (count: number) => Array.from({ length: count }, (_, n) => put(`${n}`));

const CLAIMS = ["before-handler", "with-commit"] as const;

/** Runs one handler. Returns which messages are redelivered, which effects were written, and the lines of errors. */
async function deliver(handler: (ctx: HandlerContext) => unknown, claim: (typeof CLAIMS)[number]) {
  const aws = memoryAws({ now: () => Date.now() });
  aws.dynamodb.createTable("tab");
  aws.dynamodb.createTable("effects");
  const { dynamodb: client } = clientsOf(async (call) => aws.perform(call));
  const errors: unknown[] = [];
  const failed = await run(
    { Placed: (_data, ctx) => handler(ctx) as undefined },
    [record(envelope("a"), { messageId: "m" })],
    {
      claim,
      store: dynamoDbStore({ table: "tab", client }),
      logger: { ...silent, error: (_message, fields) => void errors.push(fields) },
      deadLetterQueues: DEAD_LETTER_QUEUES,
      clients: { sqs: recording().client },
    },
  );
  return {
    failed,
    errors,
    effects: () => [...aws.dynamodb.items("effects").keys()].sort(),
    state: () => aws.dynamodb.items("tab").get(KEY)?.state?.S,
  };
}

describe.each(CLAIMS)("claimed %s: after the handler has ended", (claim) => {
  test.each<[string, (ctx: HandlerContext) => unknown]>([
    ["ctx.commit", (ctx) => ctx.commit([put("late")])],
    ["ctx.effects.add", async (ctx) => ctx.effects.add(put("late"))],
  ])("%s is refused by name, writes nothing, and is logged", async (_, late) => {
    let context: HandlerContext | undefined;
    const { failed, effects, errors, state } = await deliver((ctx) => {
      context = ctx;
    }, claim);
    expect(failed).toEqual([]);
    expect(errors).toEqual([]);
    if (context === undefined) {
      throw new Error("the handler was not called");
    }
    await expect(late(context)).rejects.toMatchObject({ code: "CommitTooLate", field: "commit" });
    expect(errors).toMatchObject([{ eventId: "a", messageId: "m", error: { name: "CommitTooLate" } }]);
    expect(effects()).toEqual([]);
    expect(state()).toBe("done");
  });

  test("a commit beside the one that was written is late, too", async () => {
    let context: HandlerContext | undefined;
    const { effects, errors } = await deliver(async (ctx) => {
      context = ctx;
      await ctx.commit([put("in time")]);
    }, claim);
    await expect(context?.commit([put("late")])).rejects.toMatchObject({ code: "CommitTooLate" });
    expect(effects()).toEqual(["in time"]);
    expect(errors).toHaveLength(1);
  });

  test("a commit that nobody awaits ends no process", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      let context: HandlerContext | undefined;
      await deliver((ctx) => {
        context = ctx;
      }, claim);
      void context?.commit([put("late")]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
  });
});

describe.each(CLAIMS)("claimed %s: a transaction that DynamoDB cannot write", (claim) => {
  const given = (value: unknown) => value as readonly TransactWriteItem[];

  test.each<[string, (ctx: HandlerContext) => Promise<void>, string]>([
    ["100 items", (ctx) => ctx.commit(puts(100)), "ConfigurationInvalid"],
    ["101 items", (ctx) => ctx.commit(puts(101)), "ConfigurationInvalid"],
    ["one key twice", (ctx) => ctx.commit([put("1"), put("1")]), "ValidationException"],
    ["the event's own record", (ctx) => ctx.commit([put(KEY, "tab")]), "ValidationException"],
    ["a table that does not exist", (ctx) => ctx.commit([put("1", "nowhere")]), "ResourceNotFoundException"],
    ["no list", (ctx) => ctx.commit(given(undefined)), "TypeError"],
    ["no item", (ctx) => ctx.commit(given([undefined])), "TypeError"],
    ["a bigint", (ctx) => ctx.commit(given([{ Put: { Item: { id: { N: 5n } } } }])), "TypeError"],
  ])("%s: the message is not acknowledged, awaited or not", async (_, commit, name) => {
    let thrown: unknown;
    const awaited = await deliver(async (ctx) => {
      thrown = await commit(ctx).catch((error: unknown) => error);
      throw thrown;
    }, claim);
    expect(thrown).toMatchObject({ name });
    for (const { failed, effects, state } of [awaited, await deliver((ctx) => void commit(ctx), claim)]) {
      expect(failed).toEqual(["m"]);
      expect(effects()).toEqual([]);
      expect(state()).not.toBe("done");
    }
  });

  test("101 collected effects", async () => {
    const { failed, effects } = await deliver((ctx) => ctx.effects.add(...puts(101)), claim);
    expect(failed).toEqual(["m"]);
    expect(effects()).toEqual([]);
  });

  test.each<[string, number, (ctx: HandlerContext) => unknown]>([
    ["99 items", 99, (ctx) => ctx.commit(puts(99))],
    ["no items", 0, (ctx) => ctx.commit([])],
    ["no effects", 0, (ctx) => ctx.effects.add()],
  ])("%s are written", async (_, count, commit) => {
    const { failed, effects, state } = await deliver(commit, claim);
    expect(failed).toEqual([]);
    expect(effects()).toHaveLength(count);
    expect(state()).toBe("done");
  });
});
