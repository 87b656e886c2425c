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
import { noAccess } from "./no-access.ts";
import { processTerminal } from "./terminal.ts";

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

const surroundings = { terminal: processTerminal, signal: stopping.signal };

const program = new Command("fanfare")
  .description(
    "Typed fan-out messaging on AWS: run an app on this machine, send events to it, and plan its limits and cost.",
  )
  .version(version(), "-V, --version")
  .addHelpText(
    "after",
    `
Exit codes:
  ${EXIT.ok}    done, or stopped on request
  ${EXIT.failed}    failed: the app cannot be synthesised, a template cannot be deployed, the port is in use
  ${EXIT.usage}    wrong arguments: an unknown option, or a value that is not allowed
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
// Sockets that are kept alive must not keep the process running: everything that matters has been closed.
process.exit();

async function run(argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return EXIT.ok;
  } catch (thrown) {
    const error = noAccess(thrown) ?? thrown;
    if (error instanceof CommanderError) {
      // Commander has printed the help or the message already.
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    if (stopping.signal.aborted) {
      return EXIT.ok;
    }
    const verbose = argv.includes("--verbose");
    processTerminal.err(`${pc.red("error")} ${explain(error, verbose)}`);
    if (!verbose && !isExplained(error)) {
      processTerminal.err(pc.dim("--verbose shows the stack trace"));
    }
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  }
}

function version(): string {
  return String(objectOf(createRequire(import.meta.url)("fanfare/package.json")).version ?? "");
}
