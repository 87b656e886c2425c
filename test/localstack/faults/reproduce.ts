import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Account } from "../aws/account.ts";
import type { TargetName } from "../options.ts";
import type { Results } from "../suite/results.ts";
import type { Trial } from "../suite/trial.ts";
import type { Fault } from "./fault.ts";
import { FAULTS } from "./index.ts";
import { openWorkbench } from "./probe.ts";

/** Where faults are reproduced. */
export interface FaultySite {
  readonly trial: Trial;
  readonly target: TargetName;
  readonly account: Account;
  readonly ownDynamoDb: DynamoDBClient;
  readonly results: Results;
}

/** Reproduces the known faults of a target. Gives those that show, with their summaries; a reproduction that breaks shows nothing. */
export async function reproduceFaults(site: FaultySite): Promise<ReadonlyMap<string, string>> {
  const { trial, target, account, ownDynamoDb, results } = site;
  const shown = new Map<string, string>();
  const workbench = openWorkbench(trial);
  const known = FAULTS.filter(({ targets }) => targets.includes(target));
  const reproduce = async ({ id, summary, shows }: Fault) => {
    const outcome = await shows({ ...workbench, account, ownDynamoDb }).catch((error: unknown) => String(error));
    if (outcome === true) {
      shown.set(id, `${id}: ${summary}`);
    }
    const text = outcome === true ? "shows" : outcome === false ? "is gone" : `cannot be reproduced: ${outcome}`;
    results.note(`known fault ${text}: ${id}`);
  };
  await Promise.all(known.map(reproduce));
  await workbench.close();
  return shown;
}
