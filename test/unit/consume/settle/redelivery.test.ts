import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../lib/clock/index.ts";
import { Delivery, type Retry, type RetryCause } from "../../../../lib/consume/record/index.ts";
import { type RedeliverySettings, secondsUntilRedelivery } from "../../../../lib/consume/settle/redelivery.ts";
import { QUEUE_ARN, record } from "../support.ts";

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
const settings = (random: number, deadLetterQueues: RedeliverySettings["deadLetterQueues"] = new Map()) => ({
  clock: clock(random),
  backoff,
  deadLetterQueues,
});

describe("seconds until a message is redelivered", () => {
  test.each([
    [1, 1],
    [2, 2],
    [5, 16],
    [10, 512],
    [11, 900],
    [1_000_000, 900],
  ])("after receive %i at most %i s", (times, most) => {
    expect(secondsUntilRedelivery(retry("handler"), received(times), settings(0.999999))).toBe(most);
    expect(secondsUntilRedelivery(retry("handler"), received(times), settings(0))).toBe(0);
  });

  test("an untried message is redelivered at once, one in progress in a second", () => {
    expect(secondsUntilRedelivery(retry("deadline"), received(9), settings(0.5))).toBe(0);
    expect(secondsUntilRedelivery(retry("inProgress"), received(9), settings(0.5))).toBe(1);
  });

  test("what the handler asked for wins over the backoff", () => {
    const outcome = retry("handler", { afterSeconds: 12.2 });
    expect(secondsUntilRedelivery(outcome, received(1), settings(0.5))).toBe(13);
    expect(secondsUntilRedelivery(outcome, received(1), { ...settings(0.5), backoff: undefined })).toBe(13);
  });

  test("nothing is redelivered before its lease has ended", () => {
    const outcome = retry("handler", { afterSeconds: 1, notBefore: NOW + 30_400 });
    expect(secondsUntilRedelivery(outcome, received(1), settings(0.5))).toBe(31);
  });

  test("without a backoff the queue's visibility timeout stays as it is", () => {
    for (const cause of ["handler", "dependency", "inProgress"] as const) {
      expect(
        secondsUntilRedelivery(retry(cause), received(3), { ...settings(0.5), backoff: undefined }),
      ).toBeUndefined();
    }
  });

  test("without a backoff nothing is redelivered before its lease has ended either", () => {
    const outcome = retry("dependency", { notBefore: NOW + 30_400 });
    expect(secondsUntilRedelivery(outcome, received(3), { ...settings(0.5), backoff: undefined })).toBe(31);
  });

  test("a visibility never reaches beyond the 12 hours that SQS counts from the receive, up to 15 minutes ago", () => {
    const outcome = retry("handler", { afterSeconds: 43_200 });
    expect(secondsUntilRedelivery(outcome, received(1), settings(0.5))).toBe(42_300);
  });

  describe("an open circuit", () => {
    const openFor = (ms: number) => retry("circuit", { notBefore: NOW + ms });
    const limited = (maxReceiveCount: number) => new Map([[QUEUE_ARN, { url: "https://sqs/dlq", maxReceiveCount }]]);

    test.each([1, 2, 3, 7, 1_000])("delays a message until it may close, with a spread, at receive %i", (times) => {
      for (const ms of [1_000, 30_000, 900_000, 5_000_000]) {
        expect(secondsUntilRedelivery(openFor(ms), received(times), settings(0))).toBe(ms / 1_000);
        const most = secondsUntilRedelivery(openFor(ms), received(times), settings(0.999999));
        expect(most).toBe(Math.ceil((ms / 1_000) * 1.25));
      }
    });

    test("delays it longer each time where few receives are left, for an hour at most", () => {
      const seconds = (times: number, ms = 30_000) =>
        secondsUntilRedelivery(openFor(ms), received(times), settings(0, limited(10)));
      expect([5, 6, 7, 8, 9, 10].map((times) => seconds(times))).toEqual([30, 30, 60, 120, 240, 480]);
      expect(seconds(9, 1_000_000)).toBe(3_600);
      // Never less than the circuit is open.
      expect(seconds(9, 7_200_000)).toBe(7_200);
    });

    test("that has just ended delays for a second, so that its probe is over", () => {
      expect(secondsUntilRedelivery(openFor(-5_000), received(3), settings(0))).toBe(1);
      expect(secondsUntilRedelivery(retry("circuit"), received(3), settings(0.999999))).toBe(2);
    });
  });

  test("always whole seconds that SQS takes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<RetryCause>("handler", "dependency", "inProgress", "deadline", "group", "circuit"),
        fc.nat(2_000),
        fc.double({ min: 0, max: 0.9999999, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 43_200, noNaN: true }), { nil: undefined }),
        fc.option(fc.integer({ min: -100_000_000, max: 1_000_000_000 }), { nil: undefined }),
        (cause, times, random, after, wait) => {
          const outcome = retry(cause, {
            ...(after === undefined ? {} : { afterSeconds: after }),
            ...(wait === undefined ? {} : { notBefore: NOW + wait }),
          });
          const seconds = secondsUntilRedelivery(outcome, received(times), settings(random));
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual(43_200);
        },
      ),
    );
  });
});
