import { setTimeout as delay } from "node:timers/promises";
import { FAULTS, type Fault, openProbe } from "../faults/index.ts";
import type { TargetName } from "../options.ts";
import type { Case } from "./case.ts";
import { CASES } from "./cases/index.ts";
import type { Results } from "./results.ts";
import type { Trial } from "./trial.ts";

/** Cases at a time: most of their time is waiting. */
const CONCURRENCY = 4;

/** Milliseconds of one case at most; its own waits end earlier, with a better message. */
const CASE_TIMEOUT_MS = 180_000;

/** Reproduces the known faults of a target, then runs the suite without the cases that they spoil. */
export async function runSuite(
  trial: Trial,
  target: TargetName,
  results: Results,
  only: string | undefined,
): Promise<void> {
  const faults = await reproduceFaults(trial, target, results);
  const cases = CASES.filter(({ name }) => only === undefined || name.includes(only));
  const waiting = cases.values();
  const worker = async () => {
    for (const each of waiting) {
      const reasons = (each.spoiltBy ?? []).flatMap((id) => faults.get(id) ?? []);
      if (reasons.length > 0) results.skip(each.name, reasons.join("\n"));
      else await results.run(each.name, () => withTimeout(each, trial));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** The faults that show, with their summaries. A reproduction that breaks shows nothing. */
async function reproduceFaults(
  trial: Trial,
  target: TargetName,
  results: Results,
): Promise<ReadonlyMap<string, string>> {
  const shown = new Map<string, string>();
  const probe = openProbe(trial);
  const known = FAULTS.filter(({ targets }) => targets.includes(target));
  const reproduce = async ({ id, summary, shows }: Fault) => {
    const outcome = await shows(probe).catch((error: unknown) => String(error));
    if (outcome === true) shown.set(id, `${id}: ${summary}`);
    const text = outcome === true ? "shows" : outcome === false ? "is gone" : `cannot be reproduced: ${outcome}`;
    results.note(`known fault ${text}: ${id}`);
  };
  await Promise.all(known.map(reproduce));
  await probe.close();
  return shown;
}

async function withTimeout(each: Case, trial: Trial): Promise<void> {
  const cancel = new AbortController();
  const timeout = delay(CASE_TIMEOUT_MS, undefined, { signal: cancel.signal }).then(
    () => Promise.reject(new Error(`not done within ${CASE_TIMEOUT_MS / 1_000} s`)),
    () => {},
  );
  try {
    await Promise.race([each.run(trial), timeout]);
  } finally {
    cancel.abort();
  }
}
