import { describe, expect, test } from "vitest";
import { type HandlerRun, type Limits, RunningHandlers } from "../../../../lib/consume/handle/running-handlers.ts";
import { FanfareError } from "../../../../lib/errors/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const late: Limits["late"] = (reason) => new FanfareError("HandlerTimeout", reason);
const forever = () => new Promise(() => {});

/** Runs handlers that never end, with these times in milliseconds, and notes the time at which each is given up. */
function runForever(clock: FakeClock, running: RunningHandlers, times: readonly number[]) {
  const start = clock.now();
  const givenUp: [number, number][] = [];
  const runs: HandlerRun[] = [];
  for (const ms of times) {
    void running
      .run({ deadline: start + ms, late }, (run) => {
        runs.push(run);
        return forever();
      })
      .then((result) => {
        expect(result).toMatchObject({ kind: "timedOut", error: { code: "HandlerTimeout" } });
        givenUp.push([ms, clock.now() - start]);
      });
  }
  return { givenUp, runs };
}

describe("running handlers", () => {
  test("are given up at their own deadlines, in whatever order they started", async () => {
    const clock = new FakeClock();
    const { givenUp, runs } = runForever(clock, new RunningHandlers(clock, undefined), [300, 100, 200, 100]);
    await clock.advance(99);
    expect(givenUp).toEqual([]);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, false, false, false]);
    await clock.advance(1);
    await clock.advance(100);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, true, true, true]);
    await clock.advance(100);
    expect(givenUp).toEqual([
      [100, 100],
      [100, 100],
      [200, 200],
      [300, 300],
    ]);
    expect(runs[0]?.signal.reason).toMatchObject({
      code: "HandlerTimeout",
      message: expect.stringContaining("deadline"),
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test("need one timer, and none when the last has ended", async () => {
    const clock = new FakeClock();
    const running = new RunningHandlers(clock, undefined);
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const results = [first, second].map(({ promise }, index) =>
      running.run({ deadline: clock.now() + 1_000 + index, late }, () => promise),
    );
    expect(clock.pendingTimers).toBe(1);
    first.resolve();
    expect(await results[0]).toEqual({ kind: "returned" });
    expect(clock.pendingTimers).toBe(1);
    second.reject(new Error("no"));
    expect(await results[1]).toMatchObject({ kind: "threw", error: { message: "no" } });
    expect(clock.pendingTimers).toBe(0);
  });

  test("are all given up when the poller has to stop, and listen for that no longer than they run", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const running = new RunningHandlers(clock, stop.signal);
    const { givenUp, runs } = runForever(clock, running, [100, 200]);
    stop.abort();
    await clock.advance(0);
    expect(givenUp).toEqual([
      [100, 0],
      [200, 0],
    ]);
    expect(runs[1]?.signal.reason).toMatchObject({ message: expect.stringContaining("stop") });
    expect(clock.pendingTimers).toBe(0);
    // One that starts although it is too late is given up at once.
    const { givenUp: after } = runForever(clock, running, [50]);
    await clock.advance(0);
    expect(after).toEqual([[50, 0]]);
  });

  test("a handler that ends after it was given up changes nothing", async () => {
    const clock = new FakeClock();
    const running = new RunningHandlers(clock, undefined);
    const { promise, reject } = Promise.withResolvers<void>();
    const result = running.run({ deadline: clock.now() + 10, late }, () => promise);
    const other = running.run({ deadline: clock.now() + 30, late }, forever);
    await clock.advance(10);
    expect(await result).toMatchObject({ kind: "timedOut" });
    reject(new Error("too late"));
    await clock.advance(19);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(await other).toMatchObject({ kind: "timedOut" });
  });
});
