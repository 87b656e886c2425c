import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { backoff, sleep, systemClock } from "../../../lib/clock/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("sleep", () => {
  it("ends after its time and not before", async () => {
    const clock = new FakeClock();
    const ended = vi.fn();
    const sleeping = sleep(clock, 100).then(ended);
    await clock.advance(99);
    expect(ended).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(ended).toHaveBeenCalledOnce();
    await sleeping;
  });

  it("rejects with the signal's reason, and leaves no timer behind", async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const sleeping = sleep(clock, 100, abort.signal);
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(clock.pendingTimers).toBe(0);
  });

  it("does not start when the signal is aborted already", async () => {
    const clock = new FakeClock();
    const reason = new Error("too late");
    await expect(sleep(clock, 100, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(clock.pendingTimers).toBe(0);
  });

  it("takes its listener off the signal once it is over", async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    const sleeping = sleep(clock, 1, abort.signal);
    await clock.advance(1);
    await sleeping;
    expect(removed).toHaveBeenCalledWith("abort", expect.any(Function));
  });
});

describe("backoff", () => {
  it("lies between zero and the doubled base, and never above the cap", () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const attempts = fc.integer({ min: 1, max: 10_000 });
    const bases = fc.double({ min: 0.001, max: 10_000, noNaN: true });
    const caps = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(chance, attempts, bases, caps, (random, attempt, base, cap) => {
        const clock = new FakeClock();
        clock.chance = random;
        const pause = backoff(clock, attempt, base, cap);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(cap);
        expect(pause).toBeLessThanOrEqual(base * 2 ** (attempt - 1));
      }),
    );
  });

  it("doubles with each attempt until it is capped", () => {
    const clock = new FakeClock();
    clock.chance = 0.999_999_999;
    const pauses = [1, 2, 3, 4, 5].map((attempt) => Math.round(backoff(clock, attempt, 50, 500)));
    expect(pauses).toEqual([50, 100, 200, 400, 500]);
  });
});

describe("systemClock", () => {
  it("calls back once, unless it is cancelled, and soon before timers", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      const cancel = systemClock.timer(1, () => order.push("cancelled"));
      cancel();
      systemClock.timer(20, () => {
        order.push("timer");
        resolve();
      });
      systemClock.nextTurn(() => order.push("soon"));
      order.push("now");
    });
    expect(order).toEqual(["now", "soon", "timer"]);
  });

  it("tells the time and gives numbers in [0, 1)", () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    const value = systemClock.random();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
  });
});
