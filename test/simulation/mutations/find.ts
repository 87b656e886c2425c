import type { Violation } from "../../../lib/testing/index.ts";
import { bundleWith } from "./bundle.ts";
import type { Mutation } from "./mutation.ts";

/** How the search for a mutation ended. */
export interface Search {
  /** The first violation; `undefined` when none was found within the bound. */
  readonly violation: Violation | undefined;
  readonly runs: number;
}

/** Runs the simulator on our code with the mutation applied, from seed 1 on, until a rule is broken or the bound is reached. */
export async function findMutation(
  mutation: Pick<Mutation, "edits" | "bound" | "faults" | "clockSkewMs">,
): Promise<Search> {
  const { simulate, drawScenario } = await bundleWith(mutation.edits);
  const report = await simulate({
    scenario: drawScenario,
    seed: 1,
    runs: mutation.bound,
    ...(mutation.faults === undefined ? {} : { faults: mutation.faults }),
    ...(mutation.clockSkewMs === undefined ? {} : { clockSkewMs: mutation.clockSkewMs }),
  });
  return { violation: report.violations[0], runs: report.runs };
}
