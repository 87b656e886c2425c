import { identityOf, type Letter } from "../letters/index.ts";

/** Milliseconds by which the `Date` of a response is cut. */
const RESOLUTION_MS = 1_000;

/**
 * Tells letters that came back from those that were there before, by what SQS and the letters say. This machine's clock plays no part:
 * it may be hours off.
 */
export class Comebacks {
  readonly #since: number | undefined;
  /** How often a letter had been redriven before it was moved, by its identity. */
  readonly #moved = new Map<string, number>();

  /** @param since when the move began, by the clock of SQS; `undefined` where that is not known */
  constructor(since: number | undefined) {
    this.#since = since;
  }

  /** Remembers a letter that was moved. */
  add(letter: Letter): void {
    this.#moved.set(identityOf(letter), letter.redrives);
  }

  /** Whether a letter was moved, and is in the dead-letter queue again. */
  has(letter: Letter): boolean {
    const before = this.#moved.get(identityOf(letter));
    return before !== undefined && (letter.redrives > before || this.isLate(letter));
  }

  /** Whether a letter was sent after the move began. What was sent in the same second counts as earlier. */
  isLate({ sentAt }: Letter): boolean {
    return this.#since !== undefined && sentAt >= this.#since + RESOLUTION_MS;
  }
}
