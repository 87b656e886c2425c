import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../lib/clock/index.ts";
import {
  type BatchContext,
  type BatchItem,
  type ConsumeOptions,
  consumeBatch,
  type HandlerContext,
  isFanfareError,
  type Observer,
  type Outcome,
} from "../../../../lib/index.ts";
import { recording } from "../recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  ids,
  type Orders,
  offline,
  QUEUE_ARN,
  record,
  run,
} from "../support.ts";

/** Options of a consumer that can send dead letters, and the outcomes of its messages by their ids. */
function world() {
  const outcomes = new Map<string, Outcome>();
  const observer: Observer = {
    name: "outcomes",
    steps: ["settled"],
    onStep: (step) => {
      if (step.type === "settled") {
        outcomes.set(step.delivery.messageId, step.outcome);
      }
    },
  };
  const { client: sqs, entries } = recording();
  const options: ConsumeOptions<Orders> = {
    deadLetterQueues: DEAD_LETTER_QUEUES,
    clients: { sqs },
    observers: [observer],
  };
  const errorOf = (messageId: string): unknown => {
    const outcome = outcomes.get(messageId);
    return outcome !== undefined && "error" in outcome ? outcome.error : undefined;
  };
  const reasons = () =>
    entries().map((entry) => JSON.parse(entry.MessageAttributes.fanfareFailure?.StringValue ?? "{}").message);
  return { options, outcomes, errorOf, reasons };
}

const message = (messageId: string, more: Parameters<typeof record>[1] = {}) =>
  record(envelope(messageId), { messageId, ...more });

async function runBatch(
  handler: (items: readonly BatchItem<Orders>[], context: BatchContext) => void | Promise<void>,
  messageIds: readonly string[],
  options: ConsumeOptions<Orders>,
  remainingMs?: number,
): Promise<string[]> {
  const lambda = consumeBatch(contract, handler, offline(options));
  const Records = messageIds.map((id) => message(id));
  return ids(await lambda({ Records }, context(remainingMs)));
}

describe("the context of a handler", () => {
  const handle = (ask: (ctx: HandlerContext) => unknown, more: ConsumeOptions<Orders> = {}, remainingMs?: number) => {
    const { options, ...rest } = world();
    const Placed = async (_: unknown, ctx: HandlerContext) => void (await ask(ctx));
    const failed = run({ Placed }, [message("m")], { ...options, ...more }, remainingMs);
    return { failed, ...rest };
  };

  test("deadLetter ends the message at once, with its reason", async () => {
    const { failed, reasons, outcomes } = handle((ctx) => ctx.deadLetter("the account is closed"));
    expect(await failed).toEqual([]);
    expect(outcomes.get("m")?.kind).toBe("deadLettered");
    expect(reasons()).toEqual(["the account is closed"]);
  });

  test.each([
    [undefined, "the handler asked for a retry", undefined],
    [{ reason: "no stock yet" }, "no stock yet", undefined],
    [{ after: 30 }, "the handler asked for a retry", 30],
  ])("retry(%j) has the message redelivered, with a reason", async (asked, reason, afterSeconds) => {
    const { failed, errorOf, outcomes } = handle((ctx) => ctx.retry(asked), { backoff: false });
    expect(await failed).toEqual(["m"]);
    const outcome = outcomes.get("m");
    expect(outcome).toMatchObject({ kind: "retry", cause: "handler" });
    expect(outcome?.kind === "retry" && outcome.afterSeconds).toBe(afterSeconds);
    expect(errorOf("m")).toMatchObject({ message: reason });
  });

  test("an impossible time of a retry names the limit and what to do instead", async () => {
    const { failed, errorOf } = handle((ctx) => ctx.retry({ after: 43_201 }));
    expect(await failed).toEqual(["m"]);
    expect(errorOf("m")).toMatchObject({
      code: "MessageInvalid",
      field: "after",
      limit: "0 to 43200 seconds",
      message: expect.stringMatching(/^retry after 43201 seconds is not possible/),
      remedy: "publish an event for later instead of waiting longer in the queue",
    });
  });

  test("remainingMs counts down to the end of the handler's time, and never below 0", async () => {
    let now = 1_000_000;
    const clock = { ...systemClock, now: () => now };
    const left: number[] = [];
    const { failed } = handle(
      (ctx) => {
        left.push(ctx.remainingMs());
        now += 400;
        left.push(ctx.remainingMs());
        now += 10_000;
        left.push(ctx.remainingMs());
      },
      { clock, recordTimeoutMs: 1_000 },
    );
    expect(await failed).toEqual([]);
    expect(left).toEqual([1_000, 600, 0]);
  });

  test("a handler that takes too long fails with the limit and what to do", async () => {
    const { failed, errorOf } = handle(() => new Promise(() => {}), { recordTimeoutMs: 20 });
    expect(await failed).toEqual(["m"]);
    expect(errorOf("m")).toMatchObject({
      code: "HandlerTimeout",
      field: "Placed",
      limit: "20 ms",
      message: expect.stringMatching(/^the handler did not finish in 20 ms/),
      remedy: "raise the function's timeout or recordTimeoutMs, lower batchSize, or pass ctx.signal on",
    });
  });

  test("observers run the handler inside, with its delivery", async () => {
    const { options } = world();
    const inside: string[][] = [];
    const observer: Observer = {
      name: "inside",
      runInside: (deliveries, handler) => {
        inside.push(deliveries.map(({ messageId }) => messageId));
        return handler();
      },
    };
    await run({ Placed: () => {} }, [message("a"), message("b")], { ...options, observers: [observer] });
    await runBatch(() => {}, ["c", "d"], { ...options, observers: [observer] });
    expect(inside.toSorted()).toEqual([["a"], ["b"], ["c", "d"]]);
  });
});

describe("the items of a batch handler", () => {
  test("fail alone, or end at once with a reason, and their neighbours are done", async () => {
    const { options, outcomes, reasons, errorOf } = world();
    const failed = await runBatch(
      (items) => {
        items[0]?.fail(new Error("no connection"));
        items[1]?.deadLetter("the address does not exist");
      },
      ["fails", "ends", "works"],
      options,
    );
    expect(failed).toEqual(["fails"]);
    expect(["fails", "ends", "works"].map((id) => outcomes.get(id)?.kind)).toEqual(["retry", "deadLettered", "done"]);
    expect(errorOf("fails")).toMatchObject({ message: "no connection" });
    expect(reasons()).toEqual(["the address does not exist"]);
  });

  test("all fail with what the handler throws, also those for which it asked for something else", async () => {
    const { options, outcomes, errorOf } = world();
    const failed = await runBatch(
      (items) => {
        items[0]?.deadLetter("not for this try");
        throw new Error("the database is away");
      },
      ["a", "b"],
      options,
    );
    expect(failed).toEqual(["a", "b"]);
    expect(["a", "b"].map((id) => outcomes.get(id)?.kind)).toEqual(["retry", "retry"]);
    expect(["a", "b"].map(errorOf)).toMatchObject([
      { message: "the database is away" },
      { message: "the database is away" },
    ]);
  });

  test("all are redelivered when the handler takes too long, with what to do", async () => {
    const { options, errorOf } = world();
    let aborted = false;
    const failed = await runBatch(
      (_items, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            aborted = true;
          });
        }),
      ["a", "b"],
      { ...options, reserveMs: 0 },
      150,
    );
    expect(failed).toEqual(["a", "b"]);
    expect(aborted).toBe(true);
    const error = errorOf("a");
    expect(isFanfareError(error, "HandlerTimeout")).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^the batch handler did not finish in the invocation's time/),
      remedy: "lower batchSize, raise the function's timeout, or pass signal on",
    });
  });

  test("know what a delivery says, and how much time is left", async () => {
    const { options } = world();
    const seen: unknown[] = [];
    let now = 1_000_000;
    const clock = { ...systemClock, now: () => now };
    await runBatch(
      ([item], { remainingMs }) => {
        seen.push(item?.name, item?.data, item?.event.id, item?.attempt, item?.record.eventSourceARN);
        const left = remainingMs();
        now += 100;
        seen.push(left - remainingMs());
        now += 10_000_000;
        seen.push(remainingMs());
      },
      ["a"],
      { ...options, clock },
    );
    expect(seen).toEqual(["Placed", { n: 1 }, "a", 1, QUEUE_ARN, 100, 0]);
  });
});
