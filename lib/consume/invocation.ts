/** One call of the wrapper: a Lambda invocation, or one turn of a poller. Times are milliseconds since the epoch. */
export interface Invocation {
  /** Request id, for logs and owner tokens. */
  readonly id: string;
  /** Name of the function, for failure reasons. */
  readonly functionName: string;
  /** Aborted when running handlers must end now: a poller that was told to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Handlers must be done by then. */
  readonly deadline: number;
  /** The invocation is over for certain by then: claims are leased until this time. */
  readonly endsAt: number;
}
