#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { CliError, EXIT, explain, isExplained } from "./cli-error.ts";
import { devCommand } from "./commands/dev.ts";
import { planCommand } from "./commands/plan.ts";
import { processTerminal } from "./terminal.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) {
      // What was started notices that this process is gone, and ends.
      process.exit(EXIT.forced);
    }
    stopping.abort();
  });
}

const surroundings = { terminal: processTerminal, signal: stopping.signal };

const program = new Command("fanfare")
  .description("Typed fan-out messaging on AWS: run it, look into it, repair it.")
  .version(version(), "-V, --version")
  .addHelpText(
    "after",
    `
Exit codes:
  ${EXIT.ok}    done, or stopped on request
  ${EXIT.failed}    it failed: the app does not synthesise, the template cannot be deployed, the port is taken
  ${EXIT.usage}    called wrongly: an unknown option, a bad value
  ${EXIT.forced}  stopped by force (second Ctrl-C)`,
  )
  .exitOverride()
  .addCommand(devCommand(surroundings).exitOverride())
  .addCommand(planCommand(surroundings).exitOverride());

process.exitCode = await run(process.argv);
// Sockets that are kept alive must not keep the process: everything that matters has been closed.
process.exit();

async function run(argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return EXIT.ok;
  } catch (error) {
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
      processTerminal.err(pc.dim("--verbose shows where it comes from"));
    }
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  }
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)("fanfare/package.json");
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
