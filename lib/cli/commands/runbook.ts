import { Command } from "commander";
import type { RunbookVerbOptions } from "../runbook/index.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withPlace } from "./places.ts";

const AFTER_HELP = `
The page says for each alarm what it means and what to type. --profile, --region, --endpoint-url and --stack are repeated in its commands.

Examples:
  fanfare runbook > RUNBOOK.md
  fanfare runbook Billing --profile production --output docs/billing-runbook.md`;

/** `fanfare runbook`: the runbook with the names of what is deployed. */
export function runbookCommand(given: { readonly terminal: Terminal; readonly signal: AbortSignal }): Command {
  return withPlace(new Command("runbook").description("print the runbook with the names of what is deployed"))
    .argument("[subscriber]", "only this subscriber, by its name, its consumer or its queue")
    .option("--output <file>", "a file in place of the output")
    .addHelpText("after", AFTER_HELP)
    .action(async (name: string | undefined, options: RunbookVerbOptions) => {
      const { runbook } = await import("../runbook/index.ts");
      await runbook(name, options, surroundingsOf(given));
    });
}
