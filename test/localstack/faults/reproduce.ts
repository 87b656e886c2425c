import type { TargetName } from "../options.ts";
import type { Results } from "../suite/results.ts";
import type { Trial } from "../suite/trial.ts";
import type { Fault } from "./fault.ts";
import { FAULTS } from "./index.ts";
import { openProbe } from "./probe.ts";

/** Reproduces the known faults of a target. Gives those that show, with their summaries; a reproduction that breaks shows nothing. */
export async function reproduceFaults(
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
