import { expect, test } from "vitest";
import { Stopping } from "../../../../lib/consume/receive/stopping.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** Stopping that has begun, and the names of what has been aborted. */
function begun(timeoutMs: number) {
  const clock = new FakeClock();
  const stopping = new Stopping(clock, timeoutMs);
  const events: string[] = [];
  for (const step of ["receiving", "handlers", "calls"] as const) {
    stopping[step].addEventListener("abort", () => events.push(step));
  }
  void stopping.timedOut().then(() => events.push("timed out"));
  expect(events).toEqual([]);
  stopping.begin();
  return { clock, stopping, events };
}

test("receiving ends at once, handlers at 97 % of the stop timeout, and calls when it is over", async () => {
  const { clock, events } = begun(10_000);
  expect(events).toEqual(["receiving"]);
  await clock.advance(9_699);
  expect(events).toEqual(["receiving"]);
  await clock.advance(1);
  expect(events).toEqual(["receiving", "handlers"]);
  await clock.advance(299);
  expect(events).toEqual(["receiving", "handlers"]);
  await clock.advance(1);
  expect(events).toEqual(["receiving", "handlers", "calls", "timed out"]);
});

test("calls have half a second also with a shorter stop timeout", async () => {
  const { clock, events } = begun(0);
  await clock.advance(499);
  expect(events).toEqual(["receiving", "handlers"]);
  await clock.advance(1);
  expect(events).toEqual(["receiving", "handlers", "calls", "timed out"]);
});

test("when everything has ended, nothing is aborted later, and no timer is left", async () => {
  const { clock, stopping, events } = begun(10_000);
  stopping.done();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(20_000);
  expect(events).toEqual(["receiving"]);
});

test("a poller that ends without being told to stop has nothing to cancel", () => {
  const stopping = new Stopping(new FakeClock(), 10_000);
  stopping.done();
  expect(stopping.receiving.aborted).toBe(false);
});
