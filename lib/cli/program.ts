import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { objectOf } from "../std/index.ts";
import { CliError, EXIT, explain, isExplained } from "./cli-error.ts";
import { consoleCommand } from "./commands/console.ts";
import { devCommand } from "./commands/dev.ts";
import { diffCommand } from "./commands/diff.ts";
import { dlqCommand } from "./commands/dlq.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { graphCommand } from "./commands/graph.ts";
import { invokeCommand } from "./commands/invoke.ts";
import { pauseCommand } from "./commands/pause.ts";
import { planCommand } from "./commands/plan.ts";
import { psCommand } from "./commands/ps.ts";
import { runbookCommand } from "./commands/runbook.ts";
import { sendCommand } from "./commands/send.ts";
import { tailCommand } from "./commands/tail.ts";
import { traceCommand } from "./commands/trace.ts";
import { jsonError, wantsJson } from "./json-error.ts";
import { noAccess } from "./no-access.ts";
import { flushed, onUnread, processTerminal } from "./terminal.ts";

/** Why a verb ends early whose output nobody reads any more: not on request. */
const UNREAD = new Error("nobody reads the output");

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) {
      // The processes that were started notice that this one is gone, and end.
      process.exit(EXIT.forced);
    }
    stopping.abort();
  });
}

onUnread(() => stopping.abort(UNREAD));

const surroundings = { terminal: processTerminal, signal: stopping.signal };

const program = new Command("fanfare")
  .description(
    "Typed fan-out messaging on AWS: run an app on this machine, and look into and repair what is deployed, here and on AWS.",
  )
  .version(version(), "-V, --version")
  .addHelpText(
    "after",
    `
Exit codes:
  ${EXIT.ok}    done, or stopped on request
  ${EXIT.failed}    failed, or something was found: by doctor, by diff, by a redrive that stopped by itself
  ${EXIT.usage}    wrong arguments: an unknown option or name, a value that is not allowed, or a write that is not confirmed
  ${EXIT.noAccess}    no access: no Region or credentials, no permission, or no response
  ${EXIT.forced}  stopped by force (a second Ctrl-C)`,
  )
  .exitOverride()
  .addCommand(devCommand(surroundings).exitOverride())
  .addCommand(consoleCommand(surroundings).exitOverride())
  .addCommand(sendCommand(surroundings).exitOverride())
  .addCommand(invokeCommand(surroundings).exitOverride())
  .addCommand(diffCommand(surroundings).exitOverride())
  .addCommand(graphCommand(surroundings).exitOverride())
  .addCommand(planCommand(surroundings).exitOverride())
  .addCommand(psCommand(surroundings).exitOverride())
  .addCommand(dlqCommand(surroundings).exitOverride())
  .addCommand(doctorCommand(surroundings).exitOverride())
  .addCommand(traceCommand(surroundings).exitOverride())
  .addCommand(tailCommand(surroundings).exitOverride())
  .addCommand(runbookCommand(surroundings).exitOverride())
  .addCommand(pauseCommand(surroundings, "pause").exitOverride())
  .addCommand(pauseCommand(surroundings, "resume").exitOverride());

process.exitCode = await run(process.argv);
await flushed();
// Sockets that are kept alive must not keep the process running: everything that matters has been closed.
process.exit();

async function run(argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return EXIT.ok;
  } catch (thrown) {
    const error = noAccess(thrown) ?? thrown;
    const code = exitCodeOf(error);
    if (code !== EXIT.ok && wantsJson(argv) && !processTerminal.hasResult) {
      processTerminal.out(jsonError(explain(error, false), code));
    }
    // Commander has printed the help or the message already.
    if (code !== EXIT.ok && !(error instanceof CommanderError)) {
      const verbose = argv.includes("--verbose") || process.env.FANFARE_VERBOSE === "1";
      processTerminal.err(`${pc.red("error")} ${explain(error, verbose)}`);
      if (!verbose && !isExplained(error)) {
        processTerminal.err(pc.dim("FANFARE_VERBOSE=1 shows the stack trace"));
      }
    }
    return code;
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { aborted, reason } = stopping.signal;
  if (aborted && (reason !== UNREAD || error === UNREAD)) {
    return EXIT.ok;
  }
  return error instanceof CliError ? error.exitCode : EXIT.failed;
}

function version(): string {
  return String(objectOf(createRequire(import.meta.url)("fanfare/package.json")).version ?? "");
}
