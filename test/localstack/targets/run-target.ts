import { isAlive } from "../../../lib/local/common/index.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { bootstrap, type CdkPlace, destroyStacks, synthesise } from "../cdk/cli.ts";
import type { Emulator } from "../emulators/server-process.ts";
import type { Workspace } from "../emulators/workspace.ts";
import type { Options, TargetName } from "../options.ts";
import { Results } from "../suite/results.ts";
import { closeClients, createClients } from "../suite/support/clients.ts";
import { deployHalves } from "./halves.ts";
import { type Part, partsOf, type Turn } from "./parts.ts";
import { preflight } from "./preflight.ts";
import { startEmulator } from "./start-emulator.ts";
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
  /** Results by the name of the part: the trial stack, the reference app. */
  readonly parts: ReadonlyMap<string, Results>;
}

/** Tells who wants to clean up when the program is interrupted. */
export type OnInterrupt = (cleanUp: () => Promise<void>) => void;

/** A target that is up. */
interface Up {
  readonly name: TargetName;
  readonly emulator: Emulator | undefined;
  readonly account: Account;
  readonly place: CdkPlace;
  readonly options: Options;
  readonly workspace: Workspace;
  readonly onInterrupt: OnInterrupt;
}

/**
 * Starts a target, deploys each app of ours, runs its cases, and removes everything again.
 *
 * @throws TargetUnavailable when it cannot be started here; NotTouched when nothing may be created there
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
  const { region } = options;
  const account = openAccount({ region, endpoint: emulator?.endpoint });
  const parts = partsOf();
  const results = new Map(parts.map((part) => [part.name, new Results(print)]));
  const pids = [...(emulator?.pids ?? [])];
  try {
    const stackNames = parts.flatMap((part) => part.stackNames);
    const shared = name === "aws" || options.endpoint !== undefined;
    const accountId = shared && name !== "moto" ? await preflight(account, description, stackNames) : EMULATED_ACCOUNT;
    if (name === "aws") {
      print(`  account ${accountId}, region ${region}, stacks ${stackNames.join(", ")}`);
    }
    const place: CdkPlace = {
      region,
      emulator: emulator === undefined ? undefined : { endpoint: emulator.endpoint, accountId },
      home: workspace.folder(name, "cdk-home"),
    };
    const faults = new Map<string, string>();
    const endpoint = emulator?.endpoint;
    const own = createClients({ region, endpoint, dynamoDbEndpoint: endpoint });
    for (const part of parts) {
      const up: Up = { name, emulator, account, place, options, workspace, onInterrupt };
      const turn: Turn = {
        target: name,
        account,
        ownDynamoDb: own.dynamodb,
        only: options.only,
        faults,
        results: results.get(part.name) ?? new Results(print),
      };
      print(`  -- ${part.name}`);
      pids.push(...(await runPart(up, part, turn, accountId, part === parts[0])));
    }
    closeClients(own);
  } finally {
    if (!options.keep) {
      await emulator?.stop();
    }
  }
  const last = [...results.values()].at(-1);
  if (!options.keep) {
    await last?.run("nothing is left running", async () => refuseSurvivors(pids));
  }
  return { name, description, parts: results };
}

/** Deploys one app of ours and runs its cases. Gives the processes that must be gone at the end. */
async function runPart(up: Up, part: Part, turn: Turn, accountId: string, first: boolean): Promise<readonly number[]> {
  const { name, emulator, account, place, options, workspace, onInterrupt } = up;
  const { results } = turn;
  const folder = (of: string) => workspace.folder(name, part.name.replace(" ", "-"), of);
  const site: Site = { name, emulator, account, place, assembly: folder("cdk.out"), folder, results };
  const synthesised = await results.run("cdk synth", async () => {
    await synthesise(place, part.app, site.assembly);
    return true;
  });
  if (synthesised === undefined) {
    return [];
  }
  // An account is expected to be bootstrapped: that is its owner's business.
  if (first && (name === "localstack" || name === "ministack")) {
    await results.run("cdk bootstrap", () => bootstrap(place, accountId, site.assembly));
  }
  const assembly = part.prepare(site, turn);
  if (name === "aws") {
    onInterrupt(() => destroyStacks(place, assembly));
  }
  const deployed = await DEPLOY[name]({ ...site, assembly });
  if (deployed === undefined) {
    return [];
  }
  let removed: Promise<void> | undefined;
  const remove = () => {
    removed ??= deployed.remove();
    return removed;
  };
  // A stack in an account costs money until it is deleted; one in an emulator goes with the emulator.
  onInterrupt(async () => {
    if (name === "aws") {
      await remove();
    }
    await emulator?.stop();
  });
  try {
    await results.attempt("the cases can be run", () => part.run(deployed, turn));
  } finally {
    if (!options.keep) {
      await remove();
    }
    closeClients(deployed.clients);
  }
  return deployed.pids;
}

function refuseSurvivors(pids: readonly number[]): void {
  const alive = pids.filter(isAlive);
  if (alive.length > 0) {
    throw new Error(`processes that should have ended: ${alive.join(", ")}`);
  }
}
