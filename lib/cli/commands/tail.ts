import { Command } from "commander";
import type { TailVerbOptions } from "../ops/tail.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withPlace } from "./places.ts";
import { count } from "./values.ts";

const AFTER_HELP = `
A topic is named by its construct's path (Orders), its contract, its name or its ARN. The verb makes a temporary queue, subscribes it,
and removes both when it ends. A queue whose process was killed is removed by "fanfare doctor" after its end.

Examples:
  fanfare tail Orders
  fanfare tail Orders --event OrderPlaced --body --for 1h
  fanfare tail orders --contract src/contract.ts --json --profile production`;

/** `fanfare tail`: events as they pass a topic. */
export function tailCommand(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Command {
  const command = new Command("tail")
    .description("show the events of a topic as they pass, without their data unless --body asks for it")
    .argument("<topic>", "path, contract, name or ARN of the topic");
  return withPlace(command)
    .option("--event <type...>", "only events of these types, or with these names")
    .option("--for <duration>", "how long: 90s, 15m, at most 12h", "15m")
    .option("--limit <count>", "events at most", count)
    .option("--body", "show the bodies too; sensitive fields stay masked", false)
    .option("--contract <module>", "module that exports the contract: events that it refuses are marked")
    .addHelpText("after", AFTER_HELP)
    .action(async (topic: string, options: TailVerbOptions) => {
      const { tail } = await import("../ops/tail.ts");
      await tail(topic, options, surroundingsOf(given));
    });
}
