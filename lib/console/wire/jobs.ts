/** Something that takes a while: a redrive, an archive, a purge. */
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
  /** Steps of a canary redrive, and why it stopped. */
  readonly steps: readonly JobStep[];
  readonly error?: string | undefined;
}

export interface JobStep {
  readonly title: string;
  readonly state: "waiting" | "running" | "done" | "stopped";
  readonly detail: string;
}

/** One finding of the doctor. */
export interface FindingView {
  readonly severity: "critical" | "warning" | "info";
  readonly resource: string;
  readonly message: string;
  readonly fix: string;
}

/** One line of an event's way, with its depth in the tree. */
export interface TraceLine {
  readonly depth: number;
  readonly at?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly title: string;
  readonly detail: string;
  readonly outcome?: string | undefined;
}

export interface TraceView {
  readonly eventId: string;
  readonly lines: readonly TraceLine[];
}
