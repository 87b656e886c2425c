/** A circuit as all workers of a consumer see it. Absent means closed. */
export interface CircuitRecord {
  /** Counts changes: a worker may change only what it has seen. */
  readonly generation: number;
  /** Milliseconds since the epoch until which records are handed back. From then on one worker may probe. */
  readonly openUntil: number;
  /** How often in a row it has opened; the pause doubles each time. */
  readonly opened: number;
}

/** Keeps the state of circuits where all workers can see it. */
export interface CircuitStore {
  /** @returns `undefined` while the circuit is closed and has never opened */
  read(name: string): Promise<CircuitRecord | undefined>;
  /**
   * Replaces the record if its generation is still `seen` (`undefined`: if there is none).
   *
   * @returns whether it was replaced; `false` when another worker was first
   */
  replace(name: string, record: CircuitRecord, seen: number | undefined): Promise<boolean>;
}
