import { Command, Option } from "commander";
import type { GraphOptions } from "../graph/index.ts";
import type { Terminal } from "../terminal.ts";

const AFTER_HELP = `
Reads the templates only: publishers, topics, filters, queues with their dead-letter queues, and handlers.

Examples:
  fanfare graph > fan-out.mmd
  fanfare graph --output docs/fan-out.svg
  fanfare graph build/cdk.out --stack Shop`;

/** `fanfare graph`: the fan-out of an assembly as Mermaid or SVG. */
export function graphCommand(surroundings: { terminal: Terminal }): Command {
  return new Command("graph")
    .description("draw topics, filters, queues and handlers of a cloud assembly, as Mermaid or SVG")
    .argument("[assembly]", "folder of the cloud assembly", "cdk.out")
    .addOption(
      new Option("--format <format>", "default: by the ending of --output, else mermaid").choices(["mermaid", "svg"]),
    )
    .option("--stack <name...>", "only these stacks (default: all)")
    .option("--output <file>", "write to this file (default: standard output)")
    .addHelpText("after", AFTER_HELP)
    .action(async (assembly: string, options: GraphOptions) => {
      const { graph } = await import("../graph/index.ts");
      graph(assembly, options, { directory: process.cwd(), ...surroundings });
    });
}
