import { describe, expect, test } from "vitest";
import type { CircuitBreakerOptions } from "../../../../lib/circuit/index.ts";
import type { HandBack, Run } from "../../../../lib/consume/breaker/breaker.ts";
import { Delivery, type Outcome, type RetryCause } from "../../../../lib/consume/record/index.ts";
import { circuitBreaker, FanfareError, PermanentError } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MemoryCircuitStore } from "../../circuit/support.ts";
import { record } from "../support.ts";

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const invocation = { id: "i", functionName: "f", deadline: 0, endsAt: 0 };
const deliveries = ["a", "b", "c"].map((messageId) => new Delivery(record({}, { messageId }), invocation));

/** A breaker that opens for a minute after one failure, and what it ran and handed back. */
function world(options: CircuitBreakerOptions = {}) {
  const clock = new FakeClock();
  const store = new MemoryCircuitStore();
  const breaker = circuitBreaker({ store, failureThreshold: 1, openSeconds: 60, ...options }).breakerFor({
    consumer: "billing",
    clock,
    logger: silent,
    dynamodb: undefined,
    awsClient: undefined,
  });
  const ran: string[][] = [];
  const handedBack: string[] = [];
  const runWith =
    (outcomeOf: (id: string) => Outcome): Run =>
    async (some) => {
      ran.push(some.map(({ messageId }) => messageId));
      return some.map((delivery) => {
        const outcome = outcomeOf(delivery.messageId);
        breaker.settled(outcome);
        return { delivery, outcome };
      });
    };
  const handBack: HandBack = async (delivery, outcome) => {
    handedBack.push(delivery.messageId);
    return { delivery, outcome };
  };
  const run = (outcomeOf: (id: string) => Outcome = () => ({ kind: "done" })) =>
    breaker.run(deliveries, runWith(outcomeOf), handBack);
  return { clock, store, breaker, ran, handedBack, run, handBack };
}

const down = new Error("the database is down");
const retry = (cause: RetryCause, error: unknown = down): Outcome => ({ kind: "retry", cause, error });

describe("what counts as a failure of a dependency", () => {
  test.each<[string, Outcome, boolean]>([
    ["a handler that failed", retry("handler"), true],
    ["a dependency of ours that failed", retry("dependency"), true],
    ["a failure at the last try", { kind: "deadLettered", error: down }, true],
    ["poison in a dead-letter queue", { kind: "deadLettered", error: new PermanentError("no such customer") }, false],
    ["an event in progress elsewhere", retry("inProgress"), false],
    ["a message behind another of its group", retry("group"), false],
    ["a message for which no time was left", retry("deadline"), false],
    ["a last receive while the circuit is open", { kind: "deadLettered", error: error("CircuitOpen") }, false],
    ["a last receive without time", { kind: "deadLettered", error: error("DeadlineTooClose") }, false],
    ["an event that is done", { kind: "done" }, false],
    ["a duplicate", { kind: "duplicate" }, false],
    ["an expired event", { kind: "expired" }, false],
  ])("%s: %j opens the circuit: %j", async (_, outcome, opens) => {
    const { breaker, run } = world();
    await run(() => outcome);
    expect(breaker.openNow() !== undefined).toBe(opens);
  });
});

function error(code: "CircuitOpen" | "DeadlineTooClose"): FanfareError {
  return new FanfareError(code, "not started");
}

describe("deliveries", () => {
  test("run all at once while the circuit is closed", async () => {
    const { run, ran } = world();
    expect(await run()).toHaveLength(3);
    expect(ran).toEqual([["a", "b", "c"]]);
  });

  test("are handed back, and not run, while it is open", async () => {
    const { run, ran, handedBack, breaker } = world();
    await run(() => retry("handler"));
    const settled = await run();
    expect([ran[1], handedBack]).toEqual([[], ["a", "b", "c"]]);
    expect(settled.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ kind: "retry", cause: "circuit" })),
    );
    expect(await breaker.paused()).toEqual(breaker.openNow());
  });

  test("are tried one by one after the pause until one succeeds, and then run at once", async () => {
    const { clock, run, ran } = world();
    await run(() => retry("handler"));
    await clock.advance(60_000);
    await run((id) => (id === "a" ? { kind: "deadLettered", error: new PermanentError("poison") } : { kind: "done" }));
    expect(ran.slice(1)).toEqual([["a"], ["b"], ["c"]]);
  });

  test("run together after the one that closed the circuit", async () => {
    const { clock, run, ran, breaker } = world();
    await run(() => retry("handler"));
    await clock.advance(60_000);
    expect(await run()).toHaveLength(3);
    expect(ran.slice(1)).toEqual([["a"], ["b", "c"]]);
    expect(await breaker.paused()).toBeUndefined();
  });
});

test("a run ends when the circuit has been told how it ended", async () => {
  const { store, run } = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  const replace = store.replace.bind(store);
  store.replace = async (...change) => {
    await promise;
    return await replace(...change);
  };
  let ended = false;
  const running = run(() => retry("handler")).then(() => {
    ended = true;
  });
  await new Promise((turn) => setImmediate(turn));
  expect(ended).toBe(false);
  resolve();
  await running;
  expect(store.record?.openUntil).toBeGreaterThan(0);
});
