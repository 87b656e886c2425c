import type { Trial } from "./trial.ts";

/** One thing that is tried on every target. Cases share the stack and run side by side: each uses its own subjects. */
export interface Case {
  /** Stable name, as in the table of `docs/emulators.md`. */
  readonly name: string;
  /** Ids of faults that make the case impossible where they show; see `faults/`. */
  readonly spoiltBy?: readonly string[];
  run(trial: Trial): Promise<void>;
}
