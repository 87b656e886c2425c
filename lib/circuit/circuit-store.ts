/** The state of a circuit, shared by all workers of a consumer. Absent means closed. */
export interface CircuitRecord {
  /** Number of changes. A worker may change only the generation that it has read. */
  readonly generation: number;
  /** The end of the pause, in milliseconds since the Unix epoch. From then on one worker may probe. */
  readonly openUntil: number;
  /** Number of consecutive times that the circuit has opened. The pause doubles each time. */
  readonly opened: number;
}

/** Stores the state of circuits for all workers. */
export interface CircuitStore {
  /** @returns `undefined` if the circuit has never opened */
  read(name: string): Promise<CircuitRecord | undefined>;
  /**
   * Replaces the record if its generation is still `seen`; `undefined` means that there is no record.
   *
   * @returns whether the record was replaced; `false` when another worker was first
   */
  replace(name: string, record: CircuitRecord, seen: number | undefined): Promise<boolean>;
}
