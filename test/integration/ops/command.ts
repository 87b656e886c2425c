import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Both, as they came. */
  readonly text: string;
}

/** What {@link startCommand} takes. */
export interface CommandOptions {
  /** Where it is typed; also the home folder. */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Modules that are loaded before it. */
  readonly imports?: readonly string[];
}

/** Starts `fanfare` as a process, with no more of this environment than it needs. */
export function startCommand(args: readonly string[], { directory, environment = {}, imports = [] }: CommandOptions) {
  const own = imports.flatMap((module) => ["--import", module]);
  const child = spawn(process.execPath, ["--conditions=@fanfare/source", ...own, MAIN, ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      NO_COLOR: "1",
      FANFARE_HOME: join(directory, "home"),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? "",
      ...environment,
    },
  });
  const said = { out: "", err: "", text: "" };
  for (const name of ["out", "err"] as const) {
    child[`std${name}`].on("data", (chunk) => {
      said[name] += chunk;
      said.text += chunk;
    });
  }
  const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, ...said })));
  return { child, said, ended };
}
