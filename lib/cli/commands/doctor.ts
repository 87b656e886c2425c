import { Command } from "commander";
import type { PlaceOptions } from "../ops/surroundings.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withPlace } from "./places.ts";

/** `fanfare doctor`: what is deployed, against what was promised. */
export function doctorCommand(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Command {
  const description = "compare what is deployed with what the stack promised; exit code 1 when something is found";
  return withPlace(new Command("doctor").description(description)).action(
    async (options: PlaceOptions & { readonly json?: boolean }) => {
      const { doctor } = await import("../ops/doctor.ts");
      await doctor(options, surroundingsOf(given));
    },
  );
}
