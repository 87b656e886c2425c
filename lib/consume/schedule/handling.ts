import type { Settlement } from "../settle/index.ts";

/**
 * The deliveries of an invocation whose handler runs or is about to. Completions wait for them, to share a call. What is still being claimed is not
 * waited for: it may be a duplicate.
 */
export class Handling {
  readonly #settlement: Pick<Settlement, "hurry" | "relax">;
  #count = 0;

  constructor(settlement: Pick<Settlement, "hurry" | "relax">) {
    this.#settlement = settlement;
  }

  /** A handler is called as soon as there is a slot. */
  begin(): void {
    this.#count += 1;
    if (this.#count === 1) {
      this.#settlement.relax();
    }
  }

  /** A handler has ended, or is not called after all. */
  end(): void {
    this.#count -= 1;
    if (this.#count === 0) {
      this.#settlement.hurry();
    }
  }
}
