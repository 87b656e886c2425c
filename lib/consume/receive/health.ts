/** How a poller does, for liveness and readiness probes. */
export interface PollerHealth {
  readonly state: "running" | "stopping" | "stopped";
  /** When SQS last answered a receive, with messages or without; `undefined` before the first time. */
  readonly lastReceive: Date | undefined;
  /** Receives that have failed in a row since then. */
  readonly failedReceives: number;
  /** Messages received and not yet settled. */
  readonly inFlight: number;
  /** Whether the circuit breaker keeps the poller from receiving; `undefined` without one. */
  readonly circuit: "closed" | "open" | undefined;
}
