import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TargetUnavailable } from "../unavailable.ts";
import { runCommand, tail } from "./command.ts";

/** What {@link prepareVirtualEnvironment} takes. */
export interface VirtualEnvironmentOptions {
  /** For messages: the emulator that is installed. */
  readonly name: string;
  readonly directory: string;
  /** File with the pinned packages. */
  readonly requirements: string;
  readonly note: (text: string) => void;
}

/** Interpreters that are tried, in this order. The pinned versions are known to work on 3.11. */
const INTERPRETERS = ["python3.11", "python3.12", "python3.13", "python3"];

/** Prints the version of an interpreter that can make virtual environments. */
const VERSION_PROGRAM = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])";

const SUPPORTED = new Set(["3.11", "3.12", "3.13"]);

/** Milliseconds for the installation; it took two minutes on two busy cores. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Written when everything is installed: an installation that was cut short is made anew. */
const MARKER = "installed.sha256";

/**
 * Makes a virtual environment with pinned packages, or takes the one that is there already.
 *
 * @returns its `bin` folder
 * @throws TargetUnavailable when there is no Python, or the packages cannot be installed
 */
export async function prepareVirtualEnvironment(options: VirtualEnvironmentOptions): Promise<string> {
  const { name, directory, requirements, note } = options;
  const bin = join(directory, "bin");
  const marker = join(directory, MARKER);
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return bin;

  const python = await findPython(name);
  note(`installing ${name} into ${directory} with ${python} (once, takes a few minutes)`);
  rmSync(directory, { recursive: true, force: true });
  await run(name, python, ["-m", "venv", directory]);
  await run(name, join(bin, "python"), ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  writeFileSync(marker, wanted);
  return bin;
}

async function findPython(name: string): Promise<string> {
  for (const python of INTERPRETERS) {
    const { code, output } = await runCommand(python, ["-c", VERSION_PROGRAM], { timeoutMs: 20_000 });
    if (code === 0 && SUPPORTED.has(output.trim())) return python;
  }
  throw new TargetUnavailable(
    `${name} needs Python 3.11, 3.12 or 3.13 with the modules venv and ensurepip; tried ${INTERPRETERS.join(", ")}`,
  );
}

async function run(name: string, command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, args, { timeoutMs: INSTALL_TIMEOUT_MS });
  if (code === 0) return;
  throw new TargetUnavailable(`${name} cannot be installed: ${command} ${args.join(" ")} failed:\n${tail(output)}`);
}
