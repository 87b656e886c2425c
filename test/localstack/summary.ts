import type { TargetName } from "./options.ts";
import type { TargetRun } from "./targets/run-target.ts";

/** A target that was to run and could not. */
export interface Missing {
  readonly name: TargetName;
  readonly reason: string;
}

/** The table at the end: which targets ran, and how many cases; the last line counts all of them. */
export function summarise(runs: readonly TargetRun[], missing: readonly Missing[]): string {
  const lines = runs.map(({ name, description, results }) => {
    const counts = `${results.count("passed")} passed, ${results.count("failed")} failed, ${results.count("skipped")} skipped`;
    return `${name.padEnd(11)}${counts}   ${description}`;
  });
  const absent = missing.map(({ name, reason }) => `${name.padEnd(11)}did not run: ${reason.split("\n")[0]}`);
  const total = (outcome: "passed" | "failed" | "skipped") =>
    runs.reduce((sum, { results }) => sum + results.count(outcome), 0);
  const last = `${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`;
  return ["", ...lines, ...absent, last].join("\n");
}
