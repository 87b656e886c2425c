import type { Trial } from "./trial.ts";

/** One thing that is tried on an app, wherever that runs. */
export interface Case<App = Trial> {
  /** Stable name, as in the table of `docs/evidence/emulators.md`. */
  readonly name: string;
  /** Ids of faults that make the case impossible where they show; see `faults/`. */
  readonly spoiltBy?: readonly string[];
  run(app: App): Promise<void>;
}
