import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../lib/clock/index.ts";
import { Delivery, type Retry, type RetryCause } from "../../../lib/consume/record/index.ts";
import { secondsUntilRedelivery } from "../../../lib/consume/settle/redelivery.ts";
import { record } from "./support.ts";

const NOW = 1_800_000_000_000;
const clock = (random: number) => ({ ...systemClock, now: () => NOW, random: () => random });
const received = (times: number) =>
  new Delivery(record({}, { attributes: { ApproximateReceiveCount: String(times) } }));
const retry = (cause: RetryCause, more: object = {}): Retry => ({
  kind: "retry",
  cause,
  error: undefined,
  ...more,
});
const backoff = { baseSeconds: 1, capSeconds: 900 };

describe("seconds until a message is redelivered", () => {
  test.each([
    [1, 1],
    [2, 2],
    [5, 16],
    [10, 512],
    [11, 900],
    [1_000_000, 900],
  ])("after receive %i at most %i s", (times, most) => {
    expect(secondsUntilRedelivery(retry("handler"), received(times), { clock: clock(0.999999), backoff })).toBe(most);
    expect(secondsUntilRedelivery(retry("handler"), received(times), { clock: clock(0), backoff })).toBe(0);
  });

  test("an untried message is redelivered at once, one in progress in a second", () => {
    expect(secondsUntilRedelivery(retry("deadline"), received(9), { clock: clock(0.5), backoff })).toBe(0);
    expect(secondsUntilRedelivery(retry("inProgress"), received(9), { clock: clock(0.5), backoff })).toBe(1);
  });

  test("what the handler asked for wins over the backoff", () => {
    const outcome = retry("handler", { afterSeconds: 12.2 });
    expect(secondsUntilRedelivery(outcome, received(1), { clock: clock(0.5), backoff })).toBe(13);
    expect(secondsUntilRedelivery(outcome, received(1), { clock: clock(0.5), backoff: undefined })).toBe(13);
  });

  test("nothing is redelivered before its lease has ended", () => {
    const outcome = retry("handler", { afterSeconds: 1, notBefore: NOW + 30_400 });
    expect(secondsUntilRedelivery(outcome, received(1), { clock: clock(0.5), backoff })).toBe(31);
  });

  test("without a backoff the queue's visibility timeout stays as it is", () => {
    for (const cause of ["handler", "dependency", "inProgress"] as const) {
      expect(
        secondsUntilRedelivery(retry(cause), received(3), { clock: clock(0.5), backoff: undefined }),
      ).toBeUndefined();
    }
  });

  test("a visibility never reaches beyond the 12 hours that SQS counts from the receive, up to 15 minutes ago", () => {
    const outcome = retry("handler", { afterSeconds: 43_200 });
    expect(secondsUntilRedelivery(outcome, received(1), { clock: clock(0.5), backoff })).toBe(42_300);
  });

  test("an open circuit delays longer each time, with a spread, and for an hour at most", () => {
    const seconds = (times: number, random: number) =>
      secondsUntilRedelivery(retry("circuit", { notBefore: NOW + 30_000 }), received(times), {
        clock: clock(random),
        backoff,
      });
    expect([1, 2, 3].map((times) => seconds(times, 0))).toEqual([30, 60, 120]);
    expect(seconds(1, 0.999999)).toBe(38);
    expect(seconds(20, 0.5)).toBe(3_600);
  });

  test("always whole seconds that SQS takes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<RetryCause>("handler", "dependency", "inProgress", "deadline", "group"),
        fc.nat(2_000),
        fc.double({ min: 0, max: 0.9999999, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 43_200, noNaN: true }), { nil: undefined }),
        fc.option(fc.integer({ min: -100_000_000, max: 1_000_000_000 }), { nil: undefined }),
        (cause, times, random, after, wait) => {
          const outcome = retry(cause, {
            ...(after === undefined ? {} : { afterSeconds: after }),
            ...(wait === undefined ? {} : { notBefore: NOW + wait }),
          });
          const seconds = secondsUntilRedelivery(outcome, received(times), { clock: clock(random), backoff });
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual(43_200);
        },
      ),
    );
  });
});
