/** The system's clock, which tests can move forward. It stands still while the system sets it back. */
export class MovableClock {
  #ahead = 0;
  #latest = 0;
  readonly #listeners = new Set<() => void>();

  /** Milliseconds since the Unix epoch. */
  readonly now = (): number => {
    this.#latest = Math.max(this.#latest, Date.now() + this.#ahead);
    return this.#latest;
  };

  /** Moves the clock forward, and tells those who wait for a time. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  /** Calls `listener` whenever the clock is moved. @returns ends it */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
