import { expect, test } from "vitest";
import { expectNoViolations, FAULT_KINDS, simulate } from "../../lib/testing/index.ts";
import { drawScenario } from "../simulation/scenario.ts";
import { freeSeed } from "../support/free-seed.ts";

test("some hundreds of runs of the shop keep every rule, and are not about nothing", async () => {
  const seed = freeSeed();
  const report = await simulate({ scenario: drawScenario, seed, runs: 300 });
  expectNoViolations(report);
  const series = `runs from seed ${seed}`;
  expect(report.runs).toBe(300);
  expect(report.interleavings, series).toBe(300);
  expect(report.events, series).toBeGreaterThan(2_000);
  expect(report.handled, series).toBeGreaterThan(report.events);
  for (const kind of FAULT_KINDS) {
    expect(report.faults[kind], `${kind} in ${series}`).toBeGreaterThan(20);
  }
  const { processed, deadLettered, deadLetteredBySqs, expired, givenUp, unknown } = report.outcomes;
  for (const count of [processed, deadLettered, deadLetteredBySqs, expired, givenUp]) {
    expect(count, series).toBeGreaterThan(0);
  }
  expect(unknown, series).toBe(0);
});
