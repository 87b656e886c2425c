import { isAlive } from "../../../lib/local/common/index.ts";
import { accountOf } from "../cdk/assembly.ts";
import { bootstrap, type CdkPlace, synthesise } from "../cdk/cli.ts";
import { startLocalStack } from "../emulators/localstack.ts";
import { startMiniStack } from "../emulators/ministack.ts";
import { startMoto } from "../emulators/moto.ts";
import type { Emulator } from "../emulators/server-process.ts";
import type { Workspace } from "../emulators/workspace.ts";
import type { Options, TargetName } from "../options.ts";
import { Results } from "../suite/results.ts";
import { runSuite } from "../suite/run-suite.ts";
import { openTrial } from "../suite/trial.ts";
import { deployHalves } from "./halves.ts";
import type { Deploy, Site } from "./target.ts";
import { deployThroughApis } from "./through-apis.ts";
import { deployWhole } from "./whole.ts";

/** The account of all emulators. */
const EMULATED_ACCOUNT = "000000000000";

const DEPLOY: Readonly<Record<TargetName, Deploy>> = {
  localstack: deployHalves,
  ministack: deployWhole,
  moto: deployThroughApis,
  aws: deployWhole,
};

/** What ran on a target. */
export interface TargetRun {
  readonly name: TargetName;
  readonly description: string;
  readonly results: Results;
}

/** Tells who wants to clean up when the program is interrupted. */
export type OnInterrupt = (cleanUp: () => Promise<void>) => void;

/**
 * Starts a target, deploys the suite's stack, runs the suite, and removes everything again.
 *
 * @throws TargetUnavailable when it cannot be started here
 */
export async function runTarget(
  name: TargetName,
  options: Options,
  workspace: Workspace,
  print: (line: string) => void,
  onInterrupt: OnInterrupt,
): Promise<TargetRun> {
  const emulator = await startEmulator(name, options, workspace, (text) => print(`  ${text}`));
  onInterrupt(async () => await emulator?.stop());
  const description = emulator?.description ?? `AWS, region ${options.region}`;
  print(`${name}: ${description}`);
  const results = new Results(print);
  const pids = [...(emulator?.pids ?? [])];
  try {
    const site = await prepare(name, emulator, options, workspace, results);
    const deployed = site === undefined ? undefined : await DEPLOY[name](site);
    if (deployed !== undefined) {
      pids.push(...deployed.pids);
      let removed: Promise<void> | undefined;
      const remove = () => {
        removed ??= deployed.remove();
        return removed;
      };
      // A stack in an account costs money until somebody deletes it; one in an emulator goes with the emulator.
      onInterrupt(async () => {
        if (name === "aws") await remove();
        await emulator?.stop();
      });
      const trial = openTrial(deployed.clients, deployed.outputs);
      try {
        await runSuite(trial, name, results, options.only);
      } finally {
        if (!options.keep) await remove();
        trial.close();
      }
    }
  } finally {
    if (!options.keep) await emulator?.stop();
  }
  if (!options.keep) await results.run("nothing is left running", async () => refuseSurvivors(pids));
  return { name, description, results };
}

async function startEmulator(
  name: TargetName,
  { endpoint, region }: Options,
  workspace: Workspace,
  note: (text: string) => void,
): Promise<Emulator | undefined> {
  if (endpoint !== undefined) {
    return { endpoint, description: `${name} at ${endpoint}`, pids: [], stop: async () => {} };
  }
  switch (name) {
    case "localstack":
      return await startLocalStack(workspace, note);
    case "ministack":
      return await startMiniStack(workspace, region, note);
    case "moto":
      return await startMoto(workspace, region, note);
    case "aws":
      return undefined;
  }
}

/** Synthesises and bootstraps. An account is expected to be bootstrapped: that is its owner's business. */
async function prepare(
  name: TargetName,
  emulator: Emulator | undefined,
  { region }: Options,
  workspace: Workspace,
  results: Results,
): Promise<Site | undefined> {
  const folder = (part: string) => workspace.folder(name, part);
  const place: CdkPlace = {
    region,
    emulator: emulator === undefined ? undefined : { endpoint: emulator.endpoint, accountId: EMULATED_ACCOUNT },
    home: folder("cdk-home"),
    stackName: `FanfareTrial${process.pid}`,
  };
  const assembly = folder("cdk.out");
  const synthesised = await results.run("cdk synth", async () => {
    await synthesise(place, assembly);
    return accountOf(assembly);
  });
  if (synthesised === undefined) return undefined;
  if (name === "aws") results.note(`account ${synthesised}, region ${region}, stack ${place.stackName}`);
  if (name === "localstack" || name === "ministack") {
    const bootstrapped = await results.run("cdk bootstrap", async () => {
      await bootstrap(place, synthesised);
      return true;
    });
    if (bootstrapped === undefined) return undefined;
  }
  return { name, emulator, place, assembly, folder, results };
}

function refuseSurvivors(pids: readonly number[]): void {
  const alive = pids.filter(isAlive);
  if (alive.length > 0) throw new Error(`processes that should have ended: ${alive.join(", ")}`);
}
