import type { Delivery } from "../record/index.ts";

/**
 * Runs an event by itself whose handler may have killed an earlier worker: if it kills this one too, no other event of the
 * invocation is counted as tried for it, and every completion before it is written.
 */
export class Isolation {
  readonly #inside = new Set<Delivery>();
  #isTaken = false;
  readonly #onChange: (() => void)[] = [];

  /** Begins a delivery beside others. Returns nothing where there is nothing to wait for. */
  enter(delivery: Delivery): Promise<void> | undefined {
    if (this.#isTaken) {
      return this.#enterLater(delivery);
    }
    this.#inside.add(delivery);
    return undefined;
  }

  /** Begins a delivery alone, when no other is inside. */
  async enterAlone(delivery: Delivery): Promise<void> {
    while (this.#inside.size > 0) {
      await this.#change();
    }
    this.#isTaken = true;
    this.#inside.add(delivery);
  }

  /** Ends a delivery that is settled. Does nothing for one that never began. */
  leave(delivery: Delivery): void {
    this.#inside.delete(delivery);
    if (this.#inside.size === 0) {
      this.#isTaken = false;
      for (const wake of this.#onChange.splice(0)) {
        wake();
      }
    }
  }

  async #enterLater(delivery: Delivery): Promise<void> {
    while (this.#isTaken) {
      await this.#change();
    }
    this.#inside.add(delivery);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange.push(resolve);
    });
  }
}
