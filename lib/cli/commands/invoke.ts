import { Command } from "commander";
import type { InvokeOptions } from "../invoke/index.ts";
import type { Terminal } from "../terminal.ts";

const AFTER_HELP = `
Calls a function of an app that "fanfare dev" runs in this folder, by Lambda's API. Without a payload, the event is {}.

Examples:
  fanfare invoke Billing '{"orderId":"o-1"}'
  fanfare invoke Billing @event.json
  fanfare invoke Billing @event.json --event   (asynchronously, with retries and destinations)

Exit code 1 when the function fails.`;

/** `fanfare invoke`: runs one function. */
export function invokeCommand(surroundings: { terminal: Terminal; directory?: string }): Command {
  return new Command("invoke")
    .description("invoke a function of an app that runs on this machine")
    .argument("<function>", "name, ARN, logical id or construct path of the function")
    .argument("[payload]", "the event: JSON, or @file (default: {})")
    .option("--event", "invoke it asynchronously, and do not wait for its result", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (target: string, payload: string | undefined, options: InvokeOptions) => {
      const { invoke } = await import("../invoke/index.ts");
      await invoke(target, payload, options, { directory: process.cwd(), ...surroundings });
    });
}
