import pc from "picocolors";
import type { Surroundings } from "./surroundings.ts";
import { durationText, numberText } from "./text.ts";

/** Milliseconds between two lines. */
const EVERY_MS = 1_000;

/** Tells people how far something is that takes longer than a second, with rate and end, on the error stream. */
export class Progress {
  readonly #terminal: Surroundings["terminal"];
  readonly #what: string;
  readonly #total: number;
  readonly #started = performance.now();
  #told = performance.now();

  constructor({ terminal }: Pick<Surroundings, "terminal">, what: string, total: number) {
    this.#terminal = terminal;
    this.#what = what;
    this.#total = total;
  }

  tell(count: number): void {
    const now = performance.now();
    if (now - this.#told < EVERY_MS) {
      return;
    }
    this.#told = now;
    const rate = count / ((now - this.#started) / 1_000);
    const left = rate > 0 ? durationText((this.#total - count) / rate) : "-";
    this.#terminal.err(
      pc.dim(
        `${this.#what} ${numberText(count)} of about ${numberText(this.#total)}, ${numberText(rate)}/s, ${left} left`,
      ),
    );
  }
}
