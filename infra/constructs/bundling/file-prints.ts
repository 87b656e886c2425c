import { statSync } from "node:fs";

const ABSENT = "absent";

/** Modification time and size of files, each asked for once: bundles that are made together have most of their modules in common. */
export class FilePrints {
  readonly #prints = new Map<string, string>();

  /** Returns what changes with the file. */
  of(path: string): string {
    let print = this.#prints.get(path);
    if (print === undefined) {
      const found = statSync(path, { throwIfNoEntry: false });
      print = found === undefined ? ABSENT : `${found.mtimeMs} ${found.size}`;
      this.#prints.set(path, print);
    }
    return print;
  }

  exists(path: string): boolean {
    return this.of(path) !== ABSENT;
  }
}
