import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { objectOf } from "../std/index.ts";
import { CliError, EXIT, explain, isExplained } from "./cli-error.ts";
import { commandsOf, type Given } from "./commands/index.ts";
import { jsonError, wantsJson } from "./json-error.ts";
import { noAccess } from "./no-access.ts";
import type { Terminal } from "./terminal.ts";

/** Why a verb ends early whose output nobody reads any more: not on request. */
export const UNREAD = new Error("nobody reads the output");

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}    done, or stopped on request
  ${EXIT.failed}    failed, or something was found: by doctor, by diff, by a redrive that stopped by itself
  ${EXIT.usage}    wrong arguments: an unknown option or name, a value that is not allowed, or a write that is not confirmed
  ${EXIT.noAccess}    no access: no Region or credentials, no permission, or no response
  ${EXIT.forced}  stopped by force (a second Ctrl-C)`;

/**
 * Runs a command line.
 *
 * @param argv what stands after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], { terminal, signal }: Given): Promise<number> {
  let hasResult = false;
  const told: Terminal = {
    get columns() {
      return terminal.columns;
    },
    out: (line) => {
      hasResult = true;
      terminal.out(line);
    },
    err: (line) => terminal.err(line),
  };
  try {
    await programOf({ terminal: told, signal }).parseAsync(argv, { from: "user" });
    return EXIT.ok;
  } catch (thrown) {
    const error = noAccess(thrown) ?? thrown;
    const code = exitCodeOf(error, signal);
    if (code !== EXIT.ok && wantsJson(argv) && !hasResult) {
      terminal.out(jsonError(explain(error, false), code));
    }
    // Commander has printed the help or the message already.
    if (code !== EXIT.ok && !(error instanceof CommanderError)) {
      const verbose = argv.includes("--verbose") || process.env.FANFARE_VERBOSE === "1";
      terminal.err(`${pc.red("error")} ${explain(error, verbose)}`);
      if (!verbose && !isExplained(error)) {
        terminal.err(pc.dim("FANFARE_VERBOSE=1 shows the stack trace"));
      }
    }
    return code;
  }
}

function programOf(given: Given): Command {
  const program = new Command("fanfare")
    .description(
      "Typed fan-out messaging on AWS: run an app on this machine, and look into and repair what is deployed, here and on AWS.",
    )
    .version(version(), "-V, --version")
    .addHelpText("after", EXIT_CODES);
  for (const command of commandsOf(given)) {
    program.addCommand(command);
  }
  settle(program, given.terminal);
  return program;
}

/** Commander writes to the terminal, and throws in place of ending the process. */
function settle(command: Command, { out, err }: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => out(text.trimEnd()),
    writeErr: (text) => err(text.trimEnd()),
  });
  for (const each of command.commands) {
    settle(each, { out, err });
  }
}

function exitCodeOf(error: unknown, { aborted, reason }: AbortSignal): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (aborted && (reason !== UNREAD || error === UNREAD)) {
    return EXIT.ok;
  }
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}

function version(): string {
  return String(objectOf(createRequire(import.meta.url)("fanfare/package.json")).version ?? "");
}
