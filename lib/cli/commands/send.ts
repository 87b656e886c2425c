import { Command } from "commander";
import type { SendOptions } from "../send/index.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withConfirmation, withPlace } from "./places.ts";

const AFTER_HELP = `
Sends to the app that "fanfare dev" runs in this folder, or with --profile, --region or --endpoint-url elsewhere. There it needs the
contract's module, and the topic's or queue's name typed, or --yes --expect-count 1. The event is validated by the contract, and has
the attributes and the group that the contract gives it. Without --data, an example is made from the event's schema.

Examples:
  fanfare send Orders OrderPlaced
  fanfare send Orders OrderPlaced --data '{"orderId":"o-1"}'
  fanfare send Orders OrderPlaced --data @order.json --id order-1-placed
  fanfare send Orders OrderPlaced --dry-run > order.json
  fanfare send Orders OrderPlaced --data @order.json --contract src/contract.ts --profile production`;

/** `fanfare send`: publishes one typed event. */
export function sendCommand(given: {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  readonly directory?: string;
}): Command {
  const command = new Command("send")
    .description("send a typed event, validated by its contract")
    .argument("<target>", "name, path, ARN or URL of a topic or queue")
    .argument("[event]", "name or type of the event in the contract");
  return withConfirmation(withPlace(command))
    .option("--contract <file>", "module that exports the contract (default: those of the consumers in fanfare dev)")
    .option("--data <json>", "the event's data: JSON, or @file (default: an example)")
    .option("--id <id>", "CloudEvents id (default: a new one)")
    .option("--deduplication-id <id>", "deduplication id, for FIFO targets (default: the event's id)")
    .option("--correlation-id <id>", "correlation id")
    .option("--dry-run", "print the data and send nothing", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (target: string, event: string | undefined, options: SendOptions) => {
      // The SDK's clients take most of a second to load: help and version must not wait for them.
      const { send } = await import("../send/index.ts");
      const { signal = new AbortController().signal, ...more } = given;
      await send(target, event, options, { ...surroundingsOf({ ...more, signal }), ...more });
    });
}
