import { execFile } from "node:child_process";
import { promisify } from "node:util";
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
  const { processed, deadLettered, deadLetteredBySqs, expired, unknown } = report.outcomes;
  for (const count of [processed, deadLettered, deadLetteredBySqs, expired]) {
    expect(count, series).toBeGreaterThan(0);
  }
  expect(unknown, series).toBe(0);
});

test("without faults a hundred runs keep every rule, and have none", async () => {
  const report = await simulate({ scenario: drawScenario, seed: freeSeed(), runs: 100, faults: false });
  expectNoViolations(report);
  expect(Object.values(report.faults)).toEqual(FAULT_KINDS.map(() => 0));
});

test("the same seeds lead to the same runs in another process", async () => {
  const seed = freeSeed();
  const [first, second] = await Promise.all([reportOf(seed), reportOf(seed)]);
  expect(first.fingerprint, `runs from seed ${seed}`).toBe(second.fingerprint);
  expect(first, `runs from seed ${seed}`).toEqual(second);
});

test("a run is the same whether it is the first in its process or not", async () => {
  const seed = freeSeed();
  const [alone, later] = await Promise.all([historyOf(seed, 1), historyOf(seed - 3, 4)]);
  expect(later, `seed ${seed}`).toBe(alone);
});

/** The history of the last of some runs in a process of their own. */
async function historyOf(seed: number, runs: number): Promise<string> {
  const args = ["--conditions=@fanfare/source", "test/simulation/main.ts", "--history", "--seed", String(seed)];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, "--runs", String(runs)], {
    maxBuffer: 64 * 1_024 * 1_024,
  });
  return stdout.slice(0, stdout.lastIndexOf("runs  "));
}

/** The report of 150 runs in a process of their own, without the time that they took. */
async function reportOf(seed: number): Promise<Record<string, unknown>> {
  const args = ["--conditions=@fanfare/source", "test/simulation/main.ts", "--json", "--runs", "150", "--seed"];
  const { stdout } = await promisify(execFile)(process.execPath, [...args, String(seed)]);
  const { seconds, ...report } = JSON.parse(stdout);
  return report;
}
