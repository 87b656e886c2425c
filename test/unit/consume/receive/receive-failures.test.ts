import { expect, test } from "vitest";
import { FATAL_ERRORS } from "../../../../lib/consume/receive/index.ts";
import { ReceiveFailures } from "../../../../lib/consume/receive/receive-failures.ts";
import type { PollOptions } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import type { Orders } from "../support.ts";
import { QUEUE_URL, Queue } from "./queue.ts";
import { advanceUntil, keepingLogger, start, stop } from "./start.ts";

const named = (name: string) => Object.assign(new Error("no"), { name });

/** A poller whose first receives fail with errors of these names. */
function failing(names: string[], options: Partial<PollOptions<Orders>> = {}) {
  const clock = new FakeClock();
  const queue = new Queue();
  queue.onReceive = () => {
    const name = names.shift();
    if (name !== undefined) {
      throw named(name);
    }
    return undefined;
  };
  const { logger, lines } = keepingLogger();
  const poller = start(queue, { Placed: () => {} }, { clock, logger, ...options });
  const ended = poller.done.catch((error: unknown) => error);
  return { clock, queue, poller, lines, ended };
}

test("failed receives are logged with their number in a row", async () => {
  const { clock, queue, poller, lines } = failing(["ServiceUnavailable", "ExpiredToken"]);
  await advanceUntil(clock, () => queue.receives.length === 3);
  const error = (name: string) => expect.objectContaining({ name, message: "no" });
  expect(lines).toEqual([
    ["warn", "receive failed", { error: error("ServiceUnavailable"), failures: 1 }],
    ["warn", "receive failed", { error: error("ExpiredToken"), failures: 2 }],
  ]);
  expect(poller.health().failedReceives).toBe(2);
  await stop(poller, clock);
});

test("an error that stops the poller is logged with the queue, and names permissions to check", async () => {
  const { clock, lines, ended } = failing(["InvalidAddress"]);
  await clock.advance(100);
  expect(await ended).toMatchObject({
    code: "ConfigurationInvalid",
    field: "queueUrl",
    message: expect.stringContaining(QUEUE_URL),
    remedy: expect.stringContaining("sqs:ReceiveMessage"),
  });
  expect(lines).toEqual([
    ["error", "poller stopped", { queueUrl: QUEUE_URL, error: expect.objectContaining({ name: "InvalidAddress" }) }],
  ]);
});

test("access that is refused before the first receive is tried again for its time, as a change may take effect", () => {
  const failures = new ReceiveFailures(FATAL_ERRORS);
  expect(failures.failed(named("AccessDenied"), 1_000)).toBe(false);
  expect(failures.failed(named("AccessDenied"), 300_999)).toBe(false);
  expect(failures.failed(named("AccessDenied"), 301_000)).toBe(true);
});
