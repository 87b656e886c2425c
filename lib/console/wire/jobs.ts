/** A redrive that runs or ran. */
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
