import { describe, expect, test } from "vitest";
import { type CircuitStore, circuitBreaker, type Logger, RetryError } from "../../../lib/index.ts";
import { recording } from "./recording-sqs.ts";
import { DEAD_LETTER_QUEUES, envelope, MemoryStore, record, run } from "./support.ts";

/** More than a line of CloudWatch can hold (256 KiB). */
const HUGE = "x".repeat(300_000);
const huge = () => Object.assign(new Error(HUGE), { name: HUGE });

/** What errors whose text has no limit make of a line: stack and causes are cut by themselves. */
const MOST = 12_000;

function lines() {
  const written: string[] = [];
  const write = (message: string, fields: unknown) => void written.push(JSON.stringify({ message, fields }));
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  return { logger, written };
}

function expectBounded(written: readonly string[], about: string): void {
  expect(
    written.some((line) => line.includes(about)),
    `no line says "${about}"`,
  ).toBe(true);
  expect(written.filter((line) => line.length > MOST).map((line) => line.slice(0, 120))).toEqual([]);
}

describe("lines about errors of any size are short", () => {
  test("a backoff that could not be set", async () => {
    const { logger, written } = lines();
    const { client } = recording();
    client.middlewareStack.add(() => () => Promise.reject(huge()), {
      step: "initialize",
      priority: "high",
      name: "huge",
    });
    const later = () => {
      throw new RetryError("later", { after: 5 });
    };
    await run({ Placed: later }, [record(envelope("a"))], { logger, clients: { sqs: client } });
    expectBounded(written, "backoff not set");
  });

  test("a circuit whose state is not available", async () => {
    const { logger, written } = lines();
    const store: CircuitStore = { read: () => Promise.reject(huge()), replace: () => Promise.reject(huge()) };
    await run({ Placed: () => {} }, [record(envelope("a"))], { logger, circuitBreaker: circuitBreaker({ store }) });
    expectBounded(written, "circuit state not available");
  });

  test("a store that fails", async () => {
    const { logger, written } = lines();
    const store = new MemoryStore();
    store.claim = () => Promise.reject(huge());
    await run({ Placed: () => {} }, [record(envelope("a"))], { logger, store });
    expectBounded(written, "idempotency store did not respond");
  });

  test("a completion and a release that fail", async () => {
    const { logger, written } = lines();
    const store = new MemoryStore();
    store.settleResult = () => ({ status: "unavailable", error: huge() });
    await run({ Placed: () => {} }, [record(envelope("a"))], { logger, store });
    expectBounded(written, "could not be recorded");
  });

  test("a handler that throws", async () => {
    const { logger, written } = lines();
    const failing = () => {
      throw huge();
    };
    await run({ Placed: failing }, [record(envelope("a"))], { logger });
    expectBounded(written, "handler");
  });
});

test("a dead letter names an error of any size in a short reason", async () => {
  const { client, entries } = recording();
  const failing = () => {
    throw huge();
  };
  const options = { deadLetterQueues: DEAD_LETTER_QUEUES, maxAttempts: 1, clients: { sqs: client } };
  await run({ Placed: failing }, [record(envelope("a"))], options);
  const [letter] = entries();
  expect(JSON.stringify(letter?.MessageAttributes ?? "").length).toBeLessThan(4_000);
  expect(JSON.stringify(letter?.MessageAttributes)).toContain("xxx");
});
