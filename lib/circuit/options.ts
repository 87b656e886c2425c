/** Options of a circuit breaker. */
export interface CircuitBreakerOptions {
  /** Number of consecutive failures in this worker after which the circuit opens, 1 to 1,000,000. @default 10 */
  readonly failureThreshold?: number;
  /** Seconds of the first pause, 1 to 43,200. Each consecutive pause is twice as long. @default 30 */
  readonly openSeconds?: number;
  /**
   * Seconds of the longest pause, 1 to 43,200: the longest visibility timeout (Amazon SQS API Reference,
   * `ChangeMessageVisibility`).
   * @default 900
   */
  readonly maxOpenSeconds?: number;
  /** Seconds for which a worker uses the shared state that it has read, 0 to 3,600. @default 5 */
  readonly refreshSeconds?: number;
}

/** Whether events may be handled now. */
export type Permission =
  | { readonly kind: "closed" }
  /** This worker may handle events one by one. The first that succeeds or fails decides for all workers. */
  | { readonly kind: "probe" }
  /** Nothing may be handled until then (milliseconds since the Unix epoch). */
  | { readonly kind: "open"; readonly until: number };

/** Called when the circuit changes, for the log. */
export interface CircuitListener {
  opened(seconds: number, failures: number): void;
  closed(): void;
  unavailable(error: unknown): void;
}
