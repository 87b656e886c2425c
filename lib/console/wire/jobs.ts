/** A step of a canary redrive. */
export interface JobStep {
  readonly state: "moving" | "watching" | "passed" | "stopped";
  readonly moved: number;
  /** Events that the idempotency table says are done. */
  readonly processed: number;
  readonly back: number;
  /** Nothing is known of them yet. */
  readonly open: number;
}

/** A redrive or an archive that runs or ran. */
export interface JobView {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly done: number;
  readonly total: number;
  readonly ratePerSecond?: number | undefined;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  /** The steps of a canary redrive so far. */
  readonly steps?: readonly JobStep[] | undefined;
  /** What is worth knowing besides the count, such as letters that failed again. */
  readonly notes: readonly string[];
  readonly error?: string | undefined;
}

/** One finding of the doctor. */
export interface FindingView {
  readonly severity: "critical" | "warning" | "info";
  readonly resource: string;
  readonly message: string;
  readonly fix: string;
}
