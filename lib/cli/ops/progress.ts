import pc from "picocolors";
import type { Terminal } from "../terminal.ts";
import { durationText, numberText } from "./text.ts";

/** Milliseconds between two lines. */
const EVERY_MS = 1_000;

/** Milliseconds between two lines where nothing can be counted. */
const WAITING_MS = 5_000;

/** Tells people how far something is that takes longer than a second, with rate and end, on the error stream. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #what: string;
  readonly #started = performance.now();
  #total: number;
  #told = performance.now();

  constructor({ terminal }: { readonly terminal: Terminal }, what: string, total: number) {
    this.#terminal = terminal;
    this.#what = what;
    this.#total = total;
  }

  /** @param total where it is known only now */
  tell(count: number, total: number = this.#total): void {
    this.#total = total;
    const now = performance.now();
    if (now - this.#told < EVERY_MS) {
      return;
    }
    this.#told = now;
    const rate = count / ((now - this.#started) / 1_000);
    const left = rate > 0 ? durationText(Math.max(0, this.#total - count) / rate) : "-";
    this.#terminal.err(
      pc.dim(
        `${this.#what} ${numberText(count)} of about ${numberText(this.#total)}, ${numberText(rate)}/s, ${left} left`,
      ),
    );
  }
}

/** Tells people that something is still going on whose end is not known, after a second and then every five. */
export async function waitingFor<Result>(
  { terminal }: { readonly terminal: Terminal },
  what: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  const tell = () => terminal.err(pc.dim(`${what}, ${Math.round((performance.now() - started) / 1_000)} s so far`));
  let every: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tell();
    every = setInterval(tell, WAITING_MS);
  }, EVERY_MS);
  try {
    return await run();
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}
