import { dimensionValue, OTHER } from "../../names/index.ts";

/**
 * Values of one dimension. The first `limit` that come are told apart, all others are `other`: each is a metric that is paid for, and they are
 * the user's strings.
 */
export class DistinctValues {
  readonly #limit: number;
  /** Shown values, by the given ones. */
  readonly #shown = new Map<string, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value to show. */
  of(given: string): string {
    const known = this.#shown.get(given);
    if (known !== undefined) {
      return known;
    }
    if (this.#shown.size >= this.#limit) {
      return OTHER;
    }
    const shown = dimensionValue(given);
    this.#shown.set(given, shown);
    return shown;
  }
}
