import { afterEach, beforeEach, expect, test } from "vitest";
import { stopOnSignals } from "../../../../lib/consume/receive/index.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

const listeners = () => SIGNALS.map((signal) => process.listenerCount(signal));
let before: number[] = [];
const forgets: (() => void)[] = [];

beforeEach(() => {
  before = listeners();
});
afterEach(() => {
  for (const forget of forgets.splice(0)) {
    forget();
  }
  expect(added()).toEqual([0, 0]);
});

/** Listeners that were added, for each signal. */
function added(): number[] {
  return listeners().map((count, index) => count - (before[index] ?? 0));
}

/** Something that is to be stopped, with how often it was told. */
function stoppable() {
  const told: number[] = [];
  const forget = stopOnSignals(() => void told.push(told.length));
  forgets.push(forget);
  return { told, forget };
}

test("signals are listened for until the last of several is forgotten", () => {
  const one = stoppable();
  const two = stoppable();
  expect(added()).toEqual([1, 1]);
  one.forget();
  expect(added()).toEqual([1, 1]);
  one.forget();
  expect(added()).toEqual([1, 1]);
  two.forget();
  expect(added()).toEqual([0, 0]);
});

test("what was forgotten is not stopped by a signal, and what remains is", () => {
  const forgotten = stoppable();
  const remaining = stoppable();
  forgotten.forget();
  process.emit("SIGINT");
  expect([forgotten.told.length, remaining.told.length]).toEqual([0, 1]);
});

test("a signal stops each once, and is not listened for any more: the second one ends the process", () => {
  const all = [stoppable(), stoppable()];
  process.emit("SIGTERM");
  expect(all.map(({ told }) => told.length)).toEqual([1, 1]);
  expect(added()).toEqual([0, 0]);
});

test("what starts after a signal is stopped by the next one, alone", () => {
  const earlier = stoppable();
  process.emit("SIGTERM");
  const later = stoppable();
  expect(added()).toEqual([1, 1]);
  process.emit("SIGTERM");
  expect([earlier.told.length, later.told.length]).toEqual([1, 1]);
});
