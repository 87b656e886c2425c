/** Something that is not as the stack promised, or as it must be. */
export interface Finding {
  /** `error`: messages are lost, or do not arrive. `warning`: they may be. */
  readonly severity: "error" | "warning";
  /** Name of the subscriber; empty for the whole fleet. */
  readonly subscriber: string;
  readonly message: string;
  /** What to do, one sentence. */
  readonly fix: string;
}

/** What a check-up found, and what it could not look at. */
export interface CheckUp {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}
