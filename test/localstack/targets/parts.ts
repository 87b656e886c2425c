import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { APP_CASES } from "../../e2e/app/cases/index.ts";
import type { Account } from "../aws/account.ts";
import { changeAssembly } from "../cdk/assembly.ts";
import type { CdkApp } from "../cdk/cli.ts";
import { workaroundsFor } from "../cdk/workarounds.ts";
import { reproduceFaults } from "../faults/reproduce.ts";
import type { TargetName } from "../options.ts";
import { openReferenceApp } from "../reference/open-reference-app.ts";
import { CASES } from "../suite/cases/index.ts";
import type { Results } from "../suite/results.ts";
import { runCases } from "../suite/run-cases.ts";
import { openTrial } from "../suite/trial.ts";
import type { Deployed, Site } from "./target.ts";

/** Cases of the trial stack at a time: most of their time is waiting. */
const CONCURRENCY = 4;

/** What a part knows when it is its turn. */
export interface Turn {
  readonly target: TargetName;
  readonly account: Account;
  readonly results: Results;
  readonly only: string | undefined;
  /** DynamoDB of the target itself. */
  readonly ownDynamoDb: DynamoDBClient;
  /** Faults that show: the first part reproduces them, and notes them here. */
  readonly faults: Map<string, string>;
}

/** One app of ours that is deployed on every target, and its cases. */
export interface Part {
  /** For the summary. */
  readonly name: string;
  readonly stackNames: readonly string[];
  readonly app: CdkApp;
  /** Gives the assembly to deploy, once the faults of the target are known. */
  prepare(site: Site, turn: Turn): string;
  run(deployed: Deployed, turn: Turn): Promise<void>;
}

/** The parts of a run, in their order. */
export function partsOf(): readonly Part[] {
  return [trialPart(`FanfareTrial${process.pid}`), referencePart];
}

/** A stack for trying everything, one thing at a time. */
function trialPart(stackName: string): Part {
  return {
    name: "trial stack",
    stackNames: [stackName],
    app: {
      command: "node --conditions=@fanfare/source test/localstack/app/app.ts",
      env: { FANFARE_TRIAL_STACK_NAME: stackName },
    },
    prepare: ({ assembly }) => assembly,
    run: async (deployed, turn) => {
      const { results, only, faults } = turn;
      const trial = openTrial(deployed.clients, deployed.outputs[stackName] ?? {});
      for (const [id, summary] of await reproduceFaults({ ...turn, trial })) {
        faults.set(id, summary);
      }
      // All take from one iterator.
      const cases = CASES.values();
      await runCases({ app: trial, lanes: Array.from({ length: CONCURRENCY }, () => cases), faults, results, only });
    },
  };
}

/** The reference app as it is, through the repository's own `cdk.json`, with the end-to-end cases of `npm test`. */
const referencePart: Part = {
  name: "reference app",
  stackNames: ["Shop", "Images", "Webhooks"],
  app: {},
  prepare: ({ assembly, folder, results }, { target, faults }) => {
    const { notes, change } = workaroundsFor(faults);
    if (target === "aws" || notes.length === 0) {
      return assembly;
    }
    for (const note of notes) {
      results.note(note);
    }
    changeAssembly(assembly, folder("changed"), change);
    return folder("changed");
  },
  run: async (deployed, { results, only, faults }) => {
    const app = openReferenceApp(deployed);
    await runCases({ app, lanes: Object.values(APP_CASES), faults, results, only });
  },
};
