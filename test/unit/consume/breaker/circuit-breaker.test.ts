import { afterEach, expect, test, vi } from "vitest";
import type { Run } from "../../../../lib/consume/breaker/breaker.ts";
import { Delivery } from "../../../../lib/consume/record/index.ts";
import { circuitBreaker } from "../../../../lib/index.ts";
import { clientsOf } from "../../../../lib/testing/clients/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MemoryCircuitStore } from "../../circuit/support.ts";
import { record } from "../support.ts";

const invocation = { id: "i", functionName: "f", deadline: 0, endsAt: 0 };

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A breaker that opens for 30 s after one failure, and the lines that it logs. */
function breaking(
  option = circuitBreaker({ failureThreshold: 1 }),
  dynamodb?: ReturnType<typeof clientsOf>["dynamodb"],
) {
  const lines: unknown[] = [];
  const clock = new FakeClock();
  const write =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const breaker = option.breakerFor({ consumer: "billing", clock, logger, dynamodb, awsClient: undefined });
  const settle = async (outcome: Parameters<typeof breaker.settled>[0]) => {
    const run: Run = async (deliveries) => {
      breaker.settled(outcome);
      return deliveries.map((delivery) => ({ delivery, outcome }));
    };
    await breaker.run([new Delivery(record({}), invocation)], run, vi.fn());
  };
  return { lines, clock, breaker, settle };
}

const failure = { kind: "retry", cause: "handler", error: new Error("the database is down") } as const;

test("says when it opens and when it closes, for which consumer", async () => {
  const store = new MemoryCircuitStore();
  const { lines, clock, settle } = breaking(circuitBreaker({ store, failureThreshold: 1 }));
  await settle(failure);
  await clock.advance(30_000);
  await settle({ kind: "done" });
  expect(lines).toEqual([
    ["error", "circuit opened", { consumer: "billing", seconds: 30, failures: 1 }],
    ["info", "circuit closed", { consumer: "billing" }],
  ]);
});

test("says that its state is not available, and why", async () => {
  const store = new MemoryCircuitStore();
  store.fault = "down";
  const { lines, breaker } = breaking(circuitBreaker({ store }));
  await breaker.paused();
  expect(lines).toEqual([
    [
      "warn",
      "circuit state not available",
      { consumer: "billing", error: expect.objectContaining({ message: "the store is down" }) },
    ],
  ]);
});

test("keeps its state in the idempotency table, with the client that is given", async () => {
  vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "records");
  const calls: unknown[] = [];
  const { dynamodb } = clientsOf(async ({ operation, input }) => {
    calls.push([operation, input.TableName]);
    return {};
  });
  const { breaker } = breaking(circuitBreaker(), dynamodb);
  expect(await breaker.paused()).toBeUndefined();
  expect(calls).toEqual([["GetItem", "records"]]);
});
