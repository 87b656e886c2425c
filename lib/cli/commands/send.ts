import { Command } from "commander";
import type { SendOptions } from "../send/index.ts";
import type { Terminal } from "../terminal.ts";

const AFTER_HELP = `
Sends to an app that "fanfare dev" runs in this folder. The event is validated by the contract in the bundle of a consumer, and has
the attributes and the group that the contract gives it. Without --data, an example is made from the event's schema.

Examples:
  fanfare send Orders OrderPlaced
  fanfare send Orders OrderPlaced --data '{"orderId":"o-1"}'
  fanfare send Orders OrderPlaced --data @order.json --id order-1-placed
  fanfare send Orders OrderPlaced --dry-run > order.json`;

/** `fanfare send`: publishes one typed event. */
export function sendCommand(surroundings: { terminal: Terminal; directory?: string }): Command {
  return new Command("send")
    .description("send a typed event to an app that runs on this machine")
    .argument("<target>", "name, path, ARN or URL of a topic or queue")
    .argument("[event]", "name or type of the event in the contract")
    .option("--data <json>", "the event's data: JSON, or @file (default: an example)")
    .option("--id <id>", "CloudEvents id (default: a new one)")
    .option("--deduplication-id <id>", "deduplication id, for FIFO targets (default: the event's id)")
    .option("--correlation-id <id>", "correlation id")
    .option("--dry-run", "print the data and send nothing", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (target: string, event: string | undefined, options: SendOptions) => {
      // The SDK's clients take most of a second to load: help and version must not wait for them.
      const { send } = await import("../send/index.ts");
      await send(target, event, options, { directory: process.cwd(), ...surroundings });
    });
}
