import { afterEach, expect, test } from "vitest";
import { simulate } from "../../../lib/testing/index.ts";
import { drawScenario } from "../../simulation/scenario.ts";

const restore: (() => void)[] = [];
afterEach(() => {
  for (const undo of restore.splice(0)) {
    undo();
  }
});

/** What has another result each time, or settles at another time: one call of it, and a seed is no longer one run. */
const REAL = [
  [Date, "now"],
  [Math, "random"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [performance, "now"],
] as const;

test("nothing in a simulated system asks for the machine's time, timers or random numbers", {
  timeout: 180_000,
}, async () => {
  // What is loaded once per process may.
  await simulate({ scenario: drawScenario, seed: 1, runs: 1 });
  const callers: string[] = [];
  for (const [owner, name] of REAL) {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== "function") {
      throw new Error(`${name} is no function`);
    }
    restore.push(() => Reflect.set(owner, name, original));
    Reflect.set(owner, name, (...args: unknown[]) => {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 12;
      callers.push(`${name} ${String(new Error("called").stack)}`);
      Error.stackTraceLimit = limit;
      return Reflect.apply(original, owner, args);
    });
  }
  await simulate({ scenario: drawScenario, seed: 5_000, runs: 10 });
  const ours = callers.filter((stack) => /\/(?:lib|test\/simulation)\//.test(stack));
  expect(ours.slice(0, 3)).toEqual([]);
});
