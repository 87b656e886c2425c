import { afterEach, describe, expect, test } from "vitest";
import type { Poller, PollOptions } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { refusal } from "../settings/environment.ts";
import type { Orders } from "../support.ts";
import { Queue } from "./queue.ts";
import { start, stop } from "./start.ts";

const pollers: (readonly [Poller, FakeClock])[] = [];

afterEach(async () => {
  for (const [poller, clock] of pollers.splice(0)) {
    await stop(poller, clock);
  }
});

/** Starts a poller, which is stopped after the test. */
function starting(options: Partial<PollOptions<Orders>>, queue = new Queue()): Poller {
  const clock = new FakeClock();
  const poller = start(queue, { Placed: () => {} }, { clock, ...options });
  pollers.push([poller, clock]);
  return poller;
}

describe("a poller", () => {
  test.each([
    "orders",
    "arn:aws:sqs:eu-central-1:123456789012:orders",
    "https://sqs.eu-central-1.amazonaws.com/",
    "see https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
    "https://sqs.eu-central-1.amazonaws.com/123456789012/orders\nmore",
  ])("does not take %j for the URL of its queue", (queueUrl) => {
    expect(refusal(() => starting({ queueUrl }))).toMatchObject({
      code: "ConfigurationInvalid",
      field: "queueUrl",
      summary: `queueUrl is "${queueUrl}"`,
      remedy: "give the queue's URL, not its ARN or name",
    });
  });

  test.each([
    "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
    "http://127.0.0.1:4566/000000000000/orders",
  ])("takes %s", (queueUrl) => {
    expect(starting({ queueUrl }).health().inFlight).toBe(0);
  });

  test.each([
    ["maxInFlight", 0],
    ["waitTimeSeconds", 21],
    ["visibilityTimeoutSeconds", 2],
    ["maxProcessingMs", 0],
    ["stopTimeoutMs", -1],
  ] as const)("names %s where it is %j", (field, value) => {
    expect(refusal(() => starting({ [field]: value })).field).toBe(field);
  });
});

describe("signals of the process", () => {
  const listeners = () => process.listenerCount("SIGTERM");

  test("are listened for until the poller has ended, where nothing else is said", async () => {
    const before = listeners();
    const poller = starting({ handleSignals: undefined } as Partial<PollOptions<Orders>>);
    expect(listeners()).toBe(before + 1);
    const [pair] = pollers.splice(0);
    await stop(poller, pair?.[1] ?? new FakeClock());
    expect(listeners()).toBe(before);
  });

  test("are not listened for where the user handles them", () => {
    const before = listeners();
    starting({ handleSignals: false });
    expect(listeners()).toBe(before);
  });
});
