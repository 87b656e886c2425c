/** One line of a trace. */
export interface TraceLineView {
  /** Below the last line with a smaller depth. */
  readonly depth: number;
  readonly title: string;
  /** How it stands there: an outcome, `withheld`, `undelivered` or `notPublished`. */
  readonly state?: string | undefined;
  readonly detail: string;
  /** Milliseconds since the epoch. */
  readonly at?: number | undefined;
}

/** What became of an event at each subscriber: the tree that `fanfare trace` prints. */
export interface TraceView {
  /** Empty where nothing is known of the event. */
  readonly lines: readonly TraceLineView[];
  /** The event whose handler published this one. */
  readonly causationId?: string | undefined;
  readonly looked: readonly string[];
  readonly notes: readonly string[];
  readonly command: string;
}
