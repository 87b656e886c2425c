import { Command } from "commander";
import type { InvokeOptions } from "../invoke/index.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withConfirmation, withPlace } from "./places.ts";

const AFTER_HELP = `
Calls a function of the app that "fanfare dev" runs in this folder, or with --profile, --region or --endpoint-url elsewhere. There it needs
the function's name typed, or --yes --expect-count 1. Without a payload, the event is {}.

Examples:
  fanfare invoke Billing '{"orderId":"o-1"}'
  fanfare invoke Billing @event.json
  fanfare invoke Billing @event.json --event   (asynchronously, with retries and destinations)
  fanfare invoke Billing @event.json --profile production

Exit code 1 when the function fails.`;

/** `fanfare invoke`: runs one function. */
export function invokeCommand(given: {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  readonly directory?: string;
}): Command {
  const command = new Command("invoke")
    .description("invoke a function")
    .argument(
      "<function>",
      "name or ARN of the function, or its subscriber; in fanfare dev, its logical id or construct path too",
    )
    .argument("[payload]", "the event: JSON, or @file (default: {})");
  return withConfirmation(withPlace(command))
    .option("--event", "invoke it asynchronously, and do not wait for its result", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (target: string, payload: string | undefined, options: InvokeOptions) => {
      const { invoke } = await import("../invoke/index.ts");
      const { signal = new AbortController().signal, ...more } = given;
      await invoke(target, payload, options, { ...surroundingsOf({ ...more, signal }), ...more });
    });
}
