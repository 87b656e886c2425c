import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** How {@link appendLines} writes. */
export interface AppendOptions {
  /** Whether the lines are on disk when it returns, also for a machine that loses its power. @default false */
  readonly durable?: boolean;
}

/**
 * Appends lines to a file that only this user may read; makes the file and its folder where they are absent. A last line that was torn, by a
 * crash or a full disk, ends first: the next one would be unreadable with it.
 */
export function appendLines(file: string, lines: readonly string[], { durable = false }: AppendOptions = {}): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const text = lines.map((line) => `${line}\n`).join("");
    writeFileSync(descriptor, endsInMiddle(descriptor) ? `\n${text}` : text);
    if (durable) {
      fsyncSync(descriptor);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the last line of a file has no end. */
function endsInMiddle(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
}
