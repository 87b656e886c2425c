import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of programs that stand in for real ones: each notes how it was called, and answers as it is told. */
export interface FakePrograms {
  readonly folder: string;
  /** Adds a program. The body is JavaScript with `args` (what it was called with) and `folder`. */
  add(name: string, body: string): void;
  /** Every call so far: the program's name, then its arguments. */
  calls(): readonly (readonly string[])[];
  remove(): void;
}

/** Makes the folder. */
export function fakePrograms(): FakePrograms {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-fakes-"));
  const log = join(folder, "calls.jsonl");
  mkdirSync(join(folder, "bin"));
  writeFileSync(log, "");
  return {
    folder: join(folder, "bin"),
    add: (name, body) => {
      const path = join(folder, "bin", name);
      // The interpreter by its path: the programs may be all that is on the PATH.
      writeFileSync(
        path,
        `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
const args = process.argv.slice(2);
const folder = ${JSON.stringify(folder)};
appendFileSync(${JSON.stringify(log)}, JSON.stringify([${JSON.stringify(name)}, ...args]) + "\\n");
${body}
`,
      );
      chmodSync(path, 0o755);
    },
    calls: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
