import type { TargetName } from "./options.ts";
import type { Results } from "./suite/results.ts";
import type { TargetRun } from "./targets/run-target.ts";

/** A target that was to run and could not. */
export interface Missing {
  readonly name: TargetName;
  readonly reason: string;
}

/** The table at the end: what ran on which target, and how many cases; the last line counts all of them. */
export function summarise(runs: readonly TargetRun[], missing: readonly Missing[]): string {
  const lines = runs.flatMap(({ name, description, parts }) =>
    [...parts].map(([part, results]) => `${name.padEnd(11)}${part.padEnd(14)} ${counts([results])}   ${description}`),
  );
  const absent = missing.map(({ name, reason }) => `${name.padEnd(11)}did not run: ${reason.split("\n")[0]}`);
  return ["", ...lines, ...absent, counts(runs.flatMap(({ parts }) => [...parts.values()]))].join("\n");
}

function counts(all: readonly Results[]): string {
  const count = (outcome: "passed" | "failed" | "skipped") =>
    all.reduce((sum, results) => sum + results.count(outcome), 0);
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}
