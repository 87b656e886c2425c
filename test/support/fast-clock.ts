import { type Clock, systemClock } from "../../lib/clock/index.ts";

/** A clock on which time passes so many times as fast: for the time limits of Fanfare, over a real network. */
export function fastClock(times: number): Clock {
  const origin = Date.now();
  const started = performance.now();
  return {
    ...systemClock,
    now: () => origin + (performance.now() - started) * times,
    timer: (ms, callback) => systemClock.timer(ms / times, callback),
  };
}
