import { describe, expect, test } from "vitest";
import { Delivery, isLastReceive, maxAttemptsOf, receivesLeft } from "../../../../lib/consume/record/index.ts";
import { QUEUE_ARN, record } from "../support.ts";

/** A message that was received so often. */
const received = (times: number, eventSourceARN = QUEUE_ARN): Delivery =>
  new Delivery(record("{}", { eventSourceARN, attributes: { ApproximateReceiveCount: String(times) } }));

const queue = { url: "https://sqs/dlq", maxReceiveCount: 3, maxAttempts: 2 };
const limits = { deadLetterQueues: new Map([[QUEUE_ARN, queue]]) };
const unlimited = { deadLetterQueues: new Map([[QUEUE_ARN, { url: "https://sqs/dlq" }]]) };

describe("the receives that SQS has left for a message", () => {
  test.each([
    [1, 2, false],
    [2, 1, false],
    [3, 0, true],
    [4, 0, true],
  ])("after receive %i of 3 are %i, and that it is the last one is %s", (times, left, last) => {
    expect([receivesLeft(limits, received(times)), isLastReceive(limits, received(times))]).toEqual([left, last]);
  });

  test.each<[string, typeof limits | typeof unlimited, string]>([
    ["the redrive policy is not known", unlimited, QUEUE_ARN],
    ["the queue is another", limits, `${QUEUE_ARN}-2`],
  ])("are without end where %s", (_, given, arn) => {
    const delivery = received(1_000, arn);
    expect([receivesLeft(given, delivery), isLastReceive(given, delivery)]).toEqual([Number.POSITIVE_INFINITY, false]);
  });
});

describe("the starts of a handler that a message has", () => {
  test("are those of the consumer, else those of the message's queue, else not limited", () => {
    expect([
      maxAttemptsOf({ ...limits, maxAttempts: 5 }, received(1)),
      maxAttemptsOf(limits, received(1)),
      maxAttemptsOf(limits, received(1, `${QUEUE_ARN}-2`)),
      maxAttemptsOf(unlimited, received(1)),
    ]).toEqual([5, 2, undefined, undefined]);
  });
});
