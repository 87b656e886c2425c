import { Command } from "commander";
import type { TraceVerbOptions } from "../ops/trace.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withPlace } from "./places.ts";

const AFTER_HELP = `
Beside "fanfare dev" it shows what that has recorded. On AWS it asks CloudWatch Logs Insights, which charges by the bytes
that it reads: the logs of the stack's functions, of the last 24 hours unless --since says otherwise.

Examples:
  fanfare trace 5b3e1c9a-2f47-4f0e-9d0c-8a1b2c3d4e5f
  fanfare trace 5b3e1c9a-2f47-4f0e-9d0c-8a1b2c3d4e5f --dead-letters --json
  fanfare trace 5b3e1c9a-2f47-4f0e-9d0c-8a1b2c3d4e5f --profile production --since 3d`;

/** `fanfare trace`: what became of one event. */
export function traceCommand(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Command {
  const command = new Command("trace")
    .description("show what became of an event at each subscriber, and the events that its handlers published")
    .argument("<id>", "id of the event, or of one of its messages");
  return withPlace(command)
    .option("--since <time>", "logs from this time on: ISO 8601, or an age such as 2h (default: 24h)")
    .option("--until <time>", "logs before this time (default: now)")
    .option("--log-group <name...>", "log groups besides those of the functions, such as a poller's")
    .option("--dead-letters", "look into the dead-letter queues too; every dead letter is given back", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (id: string, options: TraceVerbOptions) => {
      const { trace } = await import("../ops/trace.ts");
      await trace(id, options, surroundingsOf(given));
    });
}
