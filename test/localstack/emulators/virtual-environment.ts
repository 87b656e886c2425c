import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
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
  /** Milliseconds before pip is run again. @default 5,000 */
  readonly retryDelayMs?: number;
}

/** Interpreters that are tried, in this order. The pinned versions are known to work on 3.11. */
const INTERPRETERS = ["python3.11", "python3.12", "python3.13", "python3"];

/** Prints the version of an interpreter that can make virtual environments. */
const VERSION_PROGRAM = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])";

const SUPPORTED = new Set(["3.11", "3.12", "3.13"]);

/** Milliseconds for the installation; it took two minutes on two busy cores. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Runs of pip, each with its own retries of requests: a network may be away for longer than those take. */
const INSTALL_ATTEMPTS = 3;

const RETRY_DELAY_MS = 5_000;

/** Retries of one request, with growing waits between them, and seconds without an answer. */
const PIP_NETWORK = ["--retries", "8", "--timeout", "60"];

/** What pip writes when it was the network, and another run may help; a package that does not exist stays away. */
const NETWORK_FAILURE =
  /connection (?:broken|error|reset|refused|aborted|timed out)|ConnectionError|NewConnectionError|ConnectTimeout|ReadTimeout|read timed out|ProtocolError|IncompleteRead|temporary failure in name resolution|name or service not known|SSLError|ProxyError|Max retries exceeded|HTTP error (?:429|5\d\d)|DO NOT MATCH THE HASHES/i;

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
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) {
    return bin;
  }

  const python = await findPython(name);
  note(`installing ${name} into ${directory} with ${python} (once, takes a few minutes)`);
  rmSync(directory, { recursive: true, force: true });
  await run(name, python, ["-m", "venv", directory]);
  await install(options, join(bin, "python"));
  writeFileSync(marker, wanted);
  return bin;
}

/** Runs pip, and once more where the network failed. */
async function install(options: VirtualEnvironmentOptions, python: string): Promise<void> {
  const { name, requirements, note, retryDelayMs = RETRY_DELAY_MS } = options;
  const args = ["-m", "pip", "install", "--quiet", ...PIP_NETWORK, "--requirement", requirements];
  for (let attempt = 1; ; attempt += 1) {
    const { code, output } = await runCommand(python, args, { timeoutMs: INSTALL_TIMEOUT_MS });
    if (code === 0) {
      return;
    }
    const network = NETWORK_FAILURE.test(output);
    if (!network || attempt === INSTALL_ATTEMPTS) {
      const why = network
        ? `the package index cannot be reached (tried ${attempt} times; pip reads PIP_INDEX_URL, HTTPS_PROXY and pip.conf)`
        : "pip cannot install its packages";
      throw new TargetUnavailable(`${name} cannot be installed: ${why}:\n${tail(output)}`);
    }
    note(`the network failed while ${name} was being installed; trying again (${attempt + 1} of ${INSTALL_ATTEMPTS})`);
    await delay(retryDelayMs);
  }
}

async function findPython(name: string): Promise<string> {
  for (const python of INTERPRETERS) {
    const { code, output } = await runCommand(python, ["-c", VERSION_PROGRAM], { timeoutMs: 20_000 });
    if (code === 0 && SUPPORTED.has(output.trim())) {
      return python;
    }
  }
  throw new TargetUnavailable(
    `${name} needs Python 3.11, 3.12 or 3.13 with the modules venv and ensurepip; tried ${INTERPRETERS.join(", ")}`,
  );
}

async function run(name: string, command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, args, { timeoutMs: INSTALL_TIMEOUT_MS });
  if (code === 0) {
    return;
  }
  throw new TargetUnavailable(`${name} cannot be installed: ${command} ${args.join(" ")} failed:\n${tail(output)}`);
}
