import { AsyncLocalStorage } from "node:async_hooks";

const offset = new AsyncLocalStorage<number>();
const real = Date.now;
let users = 0;

/** Reads the machine's clock, shifted for the code that runs inside {@link withClockShifted}. */
export function installClock(): () => void {
  if (users++ === 0) {
    Date.now = () => real() + (offset.getStore() ?? 0);
  }
  return () => {
    if (--users === 0) {
      Date.now = real;
    }
  };
}

/**
 * Runs a worker whose clock is ahead by some milliseconds: to see what happens later without waiting, or what happens when the
 * clocks of two machines differ. Timers keep their real pace.
 */
export function withClockShifted<Result>(milliseconds: number, run: () => Result): Result {
  return offset.run(milliseconds, run);
}
