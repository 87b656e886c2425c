import { Command } from "commander";
import type { PsOptions } from "../ops/ps.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withPlace } from "./places.ts";

/** `fanfare ps`: what belongs together, and how it is. */
export function psCommand(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Command {
  return withPlace(
    new Command("ps").description("show subscribers with what waits, drain times, dead letters and warnings"),
  )
    .option("--watch", "show it again every two seconds, with rates", false)
    .action(async (options: PsOptions) => {
      const { ps } = await import("../ops/ps.ts");
      await ps(options, surroundingsOf(given));
    });
}
