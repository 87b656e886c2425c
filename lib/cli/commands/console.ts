import { Command } from "commander";
import type { ConsoleCommandOptions } from "../console/index.ts";
import type { Terminal } from "../terminal.ts";
import { parsePort, parseUrl } from "./values.ts";

const AFTER_HELP = `
Serves a page on this machine alone: a map of topics and queues with depths and rates, dead letters by cause, contracts, and a form to
send events. The link that it prints works once. Without options it shows the "fanfare dev" that runs in this folder, else AWS.

Examples:
  fanfare console
  fanfare console --write
  fanfare console --profile production --region eu-central-1`;

/** `fanfare console`: the operators' page. */
export function consoleCommand(surroundings: { terminal: Terminal; signal: AbortSignal }): Command {
  return new Command("console")
    .description("serve the operators' page on this machine")
    .option("--write", "accept requests that change something: send, redrive, archive, correct", false)
    .option("--port <number>", "port of the page (default: any free one)", parsePort)
    .option("--profile <name>", "profile of the AWS configuration")
    .option("--region <region>", "Region (default: that of the configuration)")
    .option("--endpoint-url <url>", "endpoint of all services, for emulators", parseUrl)
    .option("--stack <name...>", "stacks whose manifest says what belongs together")
    .option("--contract <file>", "module that exports the contract by which dead letters are checked")
    .addHelpText("after", AFTER_HELP)
    .action(async (options: ConsoleCommandOptions) => {
      const { serveConsole } = await import("../console/index.ts");
      await serveConsole(options, { directory: process.cwd(), ...surroundings });
    });
}
