import { Command } from "commander";
import type { PauseOptions } from "../ops/pause.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withConfirmation, withPlace } from "./places.ts";

/** `fanfare pause` and `fanfare resume`: the mappings of one subscriber. */
export function pauseCommand(
  given: { readonly terminal: Terminal; readonly signal: AbortSignal },
  verb: "pause" | "resume",
): Command {
  const description =
    verb === "pause" ? "stop a subscriber from receiving; its messages wait" : "let a paused subscriber receive again";
  return withConfirmation(withPlace(new Command(verb).description(description)))
    .argument("<subscriber>", "name of the subscriber, its consumer or its queue")
    .action(async (name: string, options: PauseOptions) => {
      const { setPaused } = await import("../ops/pause.ts");
      await setPaused(name, verb === "pause", options, surroundingsOf(given));
    });
}
