/**
 * Runs an event by itself whose handler may have killed an earlier worker: if it kills this one too, no other handler of the
 * invocation dies with it, or is counted as tried.
 */
export class Isolation {
  #running = 0;
  #isTaken = false;
  #onChange: (() => void)[] = [];

  /** Begins an event beside others. Returns nothing where there is nothing to wait for. */
  enter(): Promise<void> | undefined {
    if (this.#isTaken) {
      return this.#enterLater();
    }
    this.#running += 1;
    return undefined;
  }

  /** Begins an event alone, when nothing else runs. */
  async enterAlone(): Promise<void> {
    while (this.#isTaken || this.#running > 0) {
      await this.#change();
    }
    this.#isTaken = true;
    this.#running = 1;
  }

  /** Ends an event. */
  leave(): void {
    this.#running -= 1;
    this.#isTaken = false;
    const woken = this.#onChange;
    this.#onChange = [];
    for (const wake of woken) {
      wake();
    }
  }

  async #enterLater(): Promise<void> {
    while (this.#isTaken) {
      await this.#change();
    }
    this.#running += 1;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange.push(resolve);
    });
  }
}
