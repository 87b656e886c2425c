import { statSync } from "node:fs";

const ABSENT = "absent";

/** Modification time and size of files, each asked for once: bundles that are made together have most of their modules in common. */
export class FilePrints {
  readonly #prints = new Map<string, string>();

  /** Returns what changes with the file. */
  of(path: string): string {
    let print = this.#prints.get(path);
    if (print === undefined) {
      print = printOf(path);
      this.#prints.set(path, print);
    }
    return print;
  }

  exists(path: string): boolean {
    return this.of(path) !== ABSENT;
  }
}

function printOf(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch {
    // It may also be a link that leads in a circle, or no path of a file at all.
    return ABSENT;
  }
}
