import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { filePrint } from "./file-print.ts";

/** What an assembly was made of. */
export interface Inputs {
  /** How the app was run. */
  readonly command: unknown;
  /** Absolute paths of files that it was made of, and of its own files. */
  readonly files: readonly string[];
}

/**
 * A file that tells whether an assembly is that of its sources as they are now. What an app reads by other means than imports is not known:
 * whoever relies on this synthesises the app soon.
 */
export class AssemblyInputs {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  store({ command, files }: Inputs): void {
    const prints = Object.fromEntries(files.map((path) => [path, filePrint(path)]));
    try {
      writeFileSync(this.#file, JSON.stringify({ command, prints }));
    } catch {
      // A full disk, for instance: the next start synthesises first.
    }
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }

  /** Whether the app would be run in the same way, and no file has changed. */
  areUnchanged(command: unknown): boolean {
    try {
      const stored: { command: unknown; prints: Record<string, string> } = JSON.parse(readFileSync(this.#file, "utf8"));
      return (
        JSON.stringify(stored.command) === JSON.stringify(command) &&
        Object.entries(stored.prints).every(([path, print]) => filePrint(path) === print)
      );
    } catch {
      // There is none, or it is damaged.
      return false;
    }
  }
}
