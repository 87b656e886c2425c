import { describe, expect, test } from "vitest";
import { Delivery, type Logger } from "../../../../lib/consume/record/index.ts";
import { HeldMessages } from "../../../../lib/consume/settle/held-messages.ts";
import type { EntryResult } from "../../../../lib/std/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { record, silent } from "../support.ts";

const OK: EntryResult<unknown> = { ok: true, value: undefined };
const refused = (name: string): EntryResult<unknown> => ({
  ok: false,
  error: Object.assign(new Error("no"), { name }),
});

const message = (messageId: string, receiptHandle = `${messageId}-1`) => record({}, { messageId, receiptHandle });

/** Messages that are hidden for 30 seconds, with a heartbeat each 10; `answer` is what SQS says of each. */
function held(answer: (handle: string) => EntryResult<unknown> | Promise<EntryResult<unknown>> = () => OK) {
  const clock = new FakeClock();
  const calls: { handles: readonly string[]; ms: number }[] = [];
  const warnings: Parameters<Logger["warn"]>[] = [];
  const messages = new HeldMessages({
    visibilityTimeoutSeconds: 30,
    clock,
    logger: { ...silent, warn: (...line) => void warnings.push(line) },
    hide: (handles, ms) => {
      calls.push({ handles, ms });
      return Promise.all(handles.map((handle) => answer(handle)));
    },
  });
  return { clock, calls, warnings, messages };
}

const aborted = (messages: HeldMessages, one: ReturnType<typeof message>) => messages.lost(new Delivery(one))?.aborted;

describe("a message in hand", () => {
  test("is taken once, counts, and is released with its latest receipt handle and what hides it", async () => {
    const { clock, messages } = held();
    const [first, again] = [message("m"), message("m", "m-2")];
    expect([messages.take(first), messages.size]).toEqual([true, 1]);
    await clock.advance(5_000);
    expect([messages.take(again), messages.size]).toEqual([false, 1]);
    expect(messages.release(first)).toEqual({ receiptHandle: "m-2", hiddenUntil: clock.now() + 30_000 });
    expect([messages.size, messages.lost(new Delivery(first))]).toEqual([0, undefined]);
    expect(messages.take(message("m", "m-3"))).toBe(true);
  });

  test("that was never taken is released as it was just received", () => {
    const { clock, messages } = held();
    expect(messages.release(message("m"))).toEqual({ receiptHandle: "m-1", hiddenUntil: clock.now() + 30_000 });
  });

  test("is not taken while its handler runs on, although it was given up", () => {
    const { messages } = held();
    const one = message("m");
    messages.take(one);
    const ended = messages.started(new Delivery(one));
    messages.release(one);
    expect([messages.take(message("m", "m-2")), messages.size]).toEqual([false, 0]);
    ended();
    expect(messages.take(message("m", "m-3"))).toBe(true);
  });

  test("without an id is another one at each receive", () => {
    const { messages } = held();
    expect(["r-1", "r-2", "r-1"].map((handle) => messages.take(message("", handle)))).toEqual([true, true, false]);
    expect(messages.size).toBe(2);
  });
});

describe("a heartbeat", () => {
  test("hides all messages in hand three times per visibility timeout, ten per call, until it is stopped", async () => {
    const { clock, calls, messages } = held();
    const taken = Array.from({ length: 11 }, (_, n) => message(`m${n}`));
    for (const one of taken) {
      messages.take(one);
    }
    messages.startHeartbeat();
    await clock.advance(9_999);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect(calls.map(({ handles, ms }) => [handles.length, ms])).toEqual([
      [10, 10_000],
      [1, 10_000],
    ]);
    expect(calls.flatMap(({ handles }) => handles)).toEqual(taken.map(({ receiptHandle }) => receiptHandle));
    await clock.advance(10_000);
    expect(calls).toHaveLength(4);
    expect(messages.release(message("m0")).hiddenUntil).toBe(clock.now() + 30_000);
    messages.stopHeartbeat();
    await clock.advance(60_000);
    expect(calls).toHaveLength(4);
  });

  test("can be awaited", async () => {
    const answer = Promise.withResolvers<EntryResult<unknown>>();
    const { clock, messages } = held(() => answer.promise);
    messages.take(message("m"));
    messages.startHeartbeat();
    await clock.advance(10_000);
    let ended = false;
    const renewal = messages.renewal.then(() => {
      ended = true;
    });
    await clock.settle();
    expect(ended).toBe(false);
    answer.resolve(OK);
    await renewal;
    messages.stopHeartbeat();
  });

  test("that fails once is a warning: the next may succeed before the message is visible", async () => {
    let fails = true;
    const { clock, warnings, messages } = held(() => (fails ? refused("InternalError") : OK));
    const one = message("m");
    messages.take(one);
    const hiddenUntil = clock.now() + 30_000;
    messages.startHeartbeat();
    await clock.advance(10_000);
    expect(warnings).toEqual([
      ["heartbeat failed", { messages: 1, error: expect.objectContaining({ name: "InternalError" }) }],
    ]);
    expect(aborted(messages, one)).toBe(false);
    fails = false;
    await clock.advance(10_000);
    expect(warnings).toHaveLength(1);
    expect(aborted(messages, one)).toBe(false);
    messages.stopHeartbeat();
    expect(messages.release(one).hiddenUntil).toBe(hiddenUntil + 20_000);
  });

  test("that fails so often that the next would be too late aborts the handler, with what to do", async () => {
    const { clock, messages } = held(() => refused("InternalError"));
    const one = message("m");
    messages.take(one);
    messages.startHeartbeat();
    await clock.advance(10_000);
    expect(aborted(messages, one)).toBe(false);
    await clock.advance(10_000);
    expect(messages.lost(new Delivery(one))?.reason).toMatchObject({
      code: "VisibilityLost",
      field: "visibilityTimeoutSeconds",
      summary: "message m can no longer be kept hidden from other workers",
      remedy: "end the work; the event is redelivered. A longer visibility timeout outlives longer outages of SQS",
      cause: { name: "InternalError" },
    });
    messages.stopHeartbeat();
  });

  test.each(["ReceiptHandleIsInvalid", "InvalidParameterValue", "MessageNotInflight"])(
    "that SQS refuses with %s aborts the handler at once, and no other",
    async (name) => {
      const { clock, messages } = held((handle) => (handle === "gone-1" ? refused(name) : OK));
      const [gone, kept] = [message("gone"), message("kept")];
      messages.take(gone);
      messages.take(kept);
      messages.startHeartbeat();
      await clock.advance(10_000);
      expect([aborted(messages, gone), aborted(messages, kept)]).toEqual([true, false]);
      messages.stopHeartbeat();
    },
  );

  test("says nothing of a message that was received again while its call was under way", async () => {
    const answer = Promise.withResolvers<EntryResult<unknown>>();
    const { clock, warnings, messages } = held(() => answer.promise);
    const one = message("m");
    messages.take(one);
    messages.startHeartbeat();
    await clock.advance(10_000);
    messages.take(message("m", "m-2"));
    answer.resolve(refused("ReceiptHandleIsInvalid"));
    await clock.settle();
    expect([aborted(messages, one), warnings]).toEqual([false, []]);
    messages.stopHeartbeat();
  });

  test("hides a lost message again once it is received anew: its handler may go on to the end", async () => {
    let fails = true;
    const { clock, messages } = held(() => (fails ? refused("MessageNotInflight") : OK));
    const one = message("m");
    messages.take(one);
    messages.startHeartbeat();
    await clock.advance(10_000);
    expect(aborted(messages, one)).toBe(true);
    fails = false;
    messages.take(message("m", "m-2"));
    expect(aborted(messages, one)).toBe(false);
    messages.stopHeartbeat();
  });
});
