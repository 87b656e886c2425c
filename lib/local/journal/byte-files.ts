import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ByteStore } from "./value.ts";

const UNFINISHED = ".unfinished";

/** Bytes in files that are named by their SHA-256: the same bytes are kept once. */
export class ByteFiles implements ByteStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  put(bytes: Uint8Array): string {
    const name = createHash("sha256").update(bytes).digest("hex");
    const path = join(this.#folder, name);
    if (!existsSync(path)) {
      // Renamed when it is whole: a file under its final name is never one that a killed process left half-written.
      writeFileSync(path + UNFINISHED, bytes);
      renameSync(path + UNFINISHED, path);
    }
    return name;
  }

  get(name: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.#folder, name)));
  }

  /** Removes every file but those named. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#folder)) {
      if (!names.has(name)) {
        rmSync(join(this.#folder, name), { force: true });
      }
    }
  }
}
