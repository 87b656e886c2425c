import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { HandlerCommit } from "../../../../lib/consume/handle/handler-commit.ts";
import { handlerTable } from "../../../../lib/consume/handle/handler-table.ts";
import type { Handlers } from "../../../../lib/consume/handle/handlers.ts";
import type { Commit } from "../../../../lib/consume/record/index.ts";
import type { FanfareError } from "../../../../lib/index.ts";
import { contract, type Orders } from "../support.ts";

const effect: TransactWriteItem = { Put: { TableName: "effects", Item: { id: { S: "1" } } } };
const written = () => vi.fn<Commit>(async () => ({ status: "written" }));

function transaction(write: Commit | undefined) {
  const late: FanfareError[] = [];
  const commit = new HandlerCommit(write, new AbortController().signal, (error) => late.push(error));
  return { commit, late };
}

/** What `add` throws, as a rejection. */
const adding = async (commit: HandlerCommit) => commit.add([effect]);

const told = (message: string, more: object) => ({
  message: expect.stringContaining(message),
  field: "commit",
  ...more,
});

describe("a handler's transaction", () => {
  test("is written when the handler has returned, with what it has collected", async () => {
    const write = written();
    const { commit } = transaction(write);
    commit.add([effect]);
    expect(write).not.toHaveBeenCalled();
    expect(await commit.finish(true, false)).toEqual({ kind: "written" });
    expect(write.mock.calls.map(([items]) => items)).toEqual([[effect]]);
  });

  test.each([
    [false, []],
    [true, [[]]],
  ])("without effects is written only if the event is completed by it: %s", async (isRequired, calls) => {
    const write = written();
    const { commit } = transaction(write);
    expect(await commit.finish(true, isRequired)).toEqual({ kind: isRequired ? "written" : "none" });
    expect(write.mock.calls.map(([items]) => items)).toEqual(calls);
  });

  test("is not written when the handler threw", async () => {
    const write = written();
    const { commit } = transaction(write);
    commit.add([effect]);
    expect(await commit.finish(false, true)).toEqual({ kind: "none" });
    expect(write).not.toHaveBeenCalled();
  });

  test("is written once: a second commit, and effects after it, are told and fail the event", async () => {
    const again = { code: "CommitRepeated", remedy: expect.stringContaining("collect the items with ctx.effects.add") };
    for (const repeat of ["ctx.commit was called a second time", "ctx.effects.add was called after ctx.commit"]) {
      const { commit } = transaction(written());
      await commit.commit([effect]);
      const second = repeat.startsWith("ctx.commit") ? commit.commit([effect]) : adding(commit);
      await expect(second).rejects.toMatchObject(told(`${repeat}`, again));
      expect(await commit.finish(true, false)).toMatchObject({ kind: "failed", error: told(repeat, again) });
    }
  });

  test("tells the handler that another delivery was faster, and what became of that", async () => {
    const { commit } = transaction(async () => ({ status: "inProgress", until: 5 }));
    const faster = "another delivery of the event was faster, so nothing was written";
    await expect(commit.commit([effect])).rejects.toMatchObject(told(faster, { code: "StoreUnavailable" }));
    expect(await commit.finish(true, false)).toMatchObject({ kind: "beaten", by: { status: "inProgress", until: 5 } });
  });

  test.each(["ctx.commit", "ctx.effects.add"])(
    "is closed when the handler has ended: %s comes too late",
    async (call) => {
      const write = written();
      const { commit, late } = transaction(write);
      await commit.finish(true, false);
      const asked = call === "ctx.commit" ? commit.commit([effect]) : adding(commit);
      const error = told(`${call} was called after the handler had ended: nothing is written`, {
        code: "CommitTooLate",
        remedy: "await everything that the handler starts before it returns",
      });
      await expect(asked).rejects.toMatchObject(error);
      expect(late).toMatchObject([error]);
      expect(write).not.toHaveBeenCalled();
    },
  );

  test.each(["ctx.commit", "ctx.effects"])("needs a claim to complete: %s", async (call) => {
    const { commit } = transaction(undefined);
    const asked = call === "ctx.commit" ? commit.commit([effect]) : adding(commit);
    const remedy = expect.stringContaining('set guarantee: "exactly-once"');
    const error = told(`${call} has no claim to complete`, { code: "ConfigurationInvalid", remedy });
    await expect(asked).rejects.toMatchObject(error);
  });
});

describe("the table of handlers", () => {
  // What JavaScript may pass.
  const tableOf = (handlers: object) => () => handlerTable(contract, handlers as Handlers<Orders>);

  test.each([
    ["a name that is no event", { Refunded: () => {} }, "Refunded is not an event of orders with a function"],
    ["a handler that is no function", { Placed: "later" }, "Placed is not an event of orders with a function"],
  ])("refuses %s, and lists the events", (_, handlers, message) => {
    expect(tableOf(handlers)).toThrow(
      expect.objectContaining({
        code: "ConfigurationInvalid",
        message: expect.stringContaining(message),
        field: `handlers.${Object.keys(handlers)[0]}`,
        remedy: "give functions for Placed, Paid",
      }),
    );
  });

  test.each([[{}], [{ Placed: undefined }]])("refuses a consumer that handles nothing: %j", (handlers) => {
    expect(tableOf(handlers)).toThrow(
      expect.objectContaining({
        code: "ConfigurationInvalid",
        message: expect.stringContaining("the consumer of orders handles no event"),
        field: "handlers",
        remedy: "give a function for one of Placed, Paid",
      }),
    );
  });
});
