import { describe, expect, test } from "vitest";
import { Delivery, type Invocation } from "../../../../lib/consume/record/index.ts";
import { Gate } from "../../../../lib/consume/schedule/gate.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { record } from "../support.ts";

const delivery = new Delivery(record({}));

/** A gate with a second left for handlers, of which 100 ms are needed for a start. */
function gate(more: Partial<Invocation> = {}, openUntil?: number) {
  const clock = new FakeClock();
  const invocation = {
    id: "i",
    functionName: "f",
    deadline: clock.now() + 1_000,
    endsAt: clock.now() + 2_000,
    ...more,
  };
  const breaker = { openNow: () => (openUntil === undefined ? undefined : { until: openUntil }) };
  return { clock, gate: new Gate({ clock, minStartMs: 100, breaker }, invocation) };
}

const lost = (reason?: Error): Partial<Invocation> => ({
  hold: {
    lost: () => (reason === undefined ? new AbortController().signal : AbortSignal.abort(reason)),
    started: () => () => {},
  },
});

describe("a handler", () => {
  test("may start while there is time for it", async () => {
    const { clock, gate: open } = gate({ stopping: new AbortController().signal, ...lost() });
    expect(open.closed(delivery)).toBeUndefined();
    await clock.advance(900);
    expect(open.closed(delivery)).toBeUndefined();
    await clock.advance(1);
    expect(open.closed(delivery)).toMatchObject({
      kind: "retry",
      cause: "deadline",
      error: { code: "DeadlineTooClose" },
    });
  });

  test("may not start once the worker is to stop", () => {
    expect(gate({ stopping: AbortSignal.abort() }).gate.closed()).toMatchObject({ cause: "deadline" });
  });

  test("may not start whose message another worker may have: that is its reason", () => {
    const reason = new Error("gone");
    const { gate: made } = gate(lost(reason));
    expect(made.closed(delivery)).toEqual({ kind: "retry", cause: "deadline", error: reason });
    // Of other messages this says nothing.
    expect(made.closed()).toBeUndefined();
  });

  test("may not start while the circuit is open, and is redelivered when it may close", () => {
    const until = Date.UTC(2026, 10, 30, 12);
    expect(gate({}, until).gate.closed()).toMatchObject({
      kind: "retry",
      cause: "circuit",
      notBefore: until,
      error: { code: "CircuitOpen", summary: "the circuit is open until 2026-11-30T12:00:00.000Z" },
    });
  });

  test("may start where there is no circuit breaker", () => {
    const clock = new FakeClock();
    const invocation = { id: "i", functionName: "f", deadline: clock.now() + 1_000, endsAt: clock.now() + 2_000 };
    expect(new Gate({ clock, minStartMs: 100, breaker: undefined }, invocation).closed(delivery)).toBeUndefined();
  });
});
