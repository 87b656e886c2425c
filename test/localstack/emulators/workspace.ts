import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where a run keeps its files: ignored by git, reused from run to run where that saves time. */
export interface Workspace {
  /** Virtual environment of an emulator. */
  virtualEnvironment(name: string): string;
  /** A folder of this run for one target. */
  folder(...names: string[]): string;
  remove(): void;
}

/** Makes the folder of a run, below `.fanfare`. */
export function openWorkspace(): Workspace {
  const home = resolve(".fanfare");
  const run = join(home, `localstack-run-${process.pid}`);
  return {
    virtualEnvironment: (name) => join(home, `${name}-venv`),
    folder: (...names) => {
      const folder = join(run, ...names);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove: () => rmSync(run, { recursive: true, force: true }),
  };
}
