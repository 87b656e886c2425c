import type { Settlement } from "../settle/index.ts";

/**
 * The handlers of an invocation that run or are about to. Completions wait for them, to share a call. What is still being claimed is not
 * waited for: it may be a duplicate.
 */
export class Handling {
  readonly #settlement: Pick<Settlement, "hurry" | "relax">;
  #running = 0;
  #haveEnded = false;
  #areMoreToCome = true;

  constructor(settlement: Pick<Settlement, "hurry" | "relax">) {
    this.#settlement = settlement;
  }

  /** A handler is called as soon as there is a slot. */
  begin(): void {
    this.#running += 1;
    if (this.#running === 1) {
      this.#settlement.relax();
    }
  }

  /** A handler has ended, or is not called after all. */
  end(): void {
    this.#running -= 1;
    this.#haveEnded = true;
    this.#hurryAfterLast();
  }

  /** All deliveries have begun. Until then, handlers are about to run, even if none does. */
  allBegun(): void {
    this.#areMoreToCome = false;
    this.#hurryAfterLast();
  }

  #hurryAfterLast(): void {
    if (this.#running === 0 && this.#haveEnded && !this.#areMoreToCome) {
      this.#settlement.hurry();
    }
  }
}
