import { expect, test } from "vitest";
import {
  describeViolation,
  expectNoViolations,
  FAULT_KINDS,
  type RunResult,
  SimulationFailed,
  simulate,
  type Violation,
} from "../../../lib/testing/index.ts";
import { drawScenario } from "../../simulation/scenario.ts";
import { freeSeed } from "../../support/free-seed.ts";

// Hundreds of runs, with counts of their faults and outcomes: test/campaigns/simulator.test.ts.
test("some runs of the shop keep every rule", async () => {
  const report = await simulate({ scenario: drawScenario, seed: freeSeed(), runs: 10 });
  expectNoViolations(report);
  expect(report).toMatchObject({ runs: 10, interleavings: 10 });
});

// Seed 900: a publisher gives up an event whose payload it could not store, and the error names the object.
test.each([11, 900, freeSeed()])("seed %i is one course of things, to the last line", async (seed) => {
  const [first, second] = [await runsOf(seed, 3), await runsOf(seed, 3)];
  expect(second.map((run) => run.history())).toEqual(first.map((run) => run.history()));
  expect(second.map((run) => run.fingerprint)).toEqual(first.map((run) => run.fingerprint));
  expect(new Set(first.map((run) => run.fingerprint)).size, `runs from seed ${seed}`).toBe(3);
});

test("a run of a long series is the same when it is replayed alone", async () => {
  const series = await runsOf(20, 4);
  const [alone] = await runsOf(23, 1);
  expect(alone?.history()).toBe(series[3]?.history());
});

test("without faults nothing fails that the handlers do not fail themselves", async () => {
  const report = await simulate({ scenario: drawScenario, seed: 500, runs: 10, faults: false });
  expectNoViolations(report);
  expect(Object.values(report.faults)).toEqual(FAULT_KINDS.map(() => 0));
});

test("rates can be set for single kinds of faults", async () => {
  const only = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]));
  const report = await simulate({ scenario: drawScenario, runs: 10, faults: { ...only, lostAnswer: 0.2 } });
  expectNoViolations(report);
  expect(report.faults.lostAnswer).toBeGreaterThan(0);
  expect(report.faults.crash).toBe(0);
});

test("violations become an error with rule, place, seed and story", () => {
  const violation: Violation = {
    seed: 7,
    rule: "nothing-lost",
    message: "it was lost",
    event: "e1",
    subscriber: "billing",
    history: "0.001s  publisher  e1  published",
  };
  expect(() => expectNoViolations({ violations: [] })).not.toThrow();
  expect(() => expectNoViolations({ violations: [violation] })).toThrow(SimulationFailed);
  expect(describeViolation(violation)).toBe(
    "nothing-lost: it was lost (event e1 at billing)\nreplay it with seed 7\n\n0.001s  publisher  e1  published",
  );
});

async function runsOf(seed: number, runs: number): Promise<RunResult[]> {
  const results: RunResult[] = [];
  await simulate({ scenario: drawScenario, seed, runs, onRun: (run) => results.push(run) });
  return results;
}
