import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const FILE = /^(?:snapshot|journal)-(\d+)(?:\.json|\.log)(?:\.unfinished)?$/;

/**
 * The files of a data folder. A generation is a snapshot and the journal of what happened after it; generation 0 has no
 * snapshot. A new generation begins when its snapshot is there: older files mean nothing from then on.
 */
export class Generations {
  readonly #folder: string;
  #current: number;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#current = Math.max(
      0,
      ...readdirSync(folder).flatMap((name) => (/^snapshot-\d+\.json$/.test(name) ? numberOf(name) : [])),
    );
    this.#removeOthers();
  }

  get snapshotPath(): string {
    return this.#pathOf("snapshot", this.#current);
  }

  get journalPath(): string {
    return this.#pathOf("journal", this.#current);
  }

  /** Where the next generation's snapshot goes. */
  get nextSnapshotPath(): string {
    return this.#pathOf("snapshot", this.#current + 1);
  }

  /** The next generation's snapshot is there. */
  advance(): void {
    this.#current += 1;
    this.#removeOthers();
  }

  #pathOf(kind: "snapshot" | "journal", generation: number): string {
    return join(this.#folder, `${kind}-${generation}.${kind === "snapshot" ? "json" : "log"}`);
  }

  #removeOthers(): void {
    for (const name of readdirSync(this.#folder)) {
      const isOld = FILE.test(name) && numberOf(name) !== this.#current;
      if (isOld || (FILE.test(name) && name.endsWith(".unfinished"))) {
        rmSync(join(this.#folder, name), { force: true });
      }
    }
  }
}

function numberOf(name: string): number {
  return Number(FILE.exec(name)?.[1] ?? 0);
}
