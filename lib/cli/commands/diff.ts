import { Command } from "commander";
import type { DiffOptions } from "../diff/index.ts";
import type { Terminal } from "../terminal.ts";
import { parseUrl } from "./values.ts";

const AFTER_HELP = `
Reads templates only. It reports queues, topics, tables and buckets that would be replaced or deleted and what would be lost with them,
filters that let through less, retentions that shrink, and consumers that would process events again. Exit code 1 if there is one.

Examples:
  fanfare diff                                     (cdk.out against what is deployed)
  fanfare diff --profile production --stack Shop
  fanfare diff --against ../main/cdk.out`;

/** `fanfare diff`: what a deployment would lose, or make happen twice. */
export function diffCommand(surroundings: { terminal: Terminal }): Command {
  return new Command("diff")
    .description("show what deploying an assembly would lose, or make happen twice")
    .argument("[assembly]", "folder of the cloud assembly", "cdk.out")
    .option("--against <folder>", "compare with this assembly (default: what is deployed)")
    .option("--stack <name...>", "only these stacks (default: all)")
    .option("--profile <name>", "profile of the AWS configuration")
    .option("--region <region>", "Region (default: that of the configuration)")
    .option("--endpoint-url <url>", "endpoint of all services, for emulators", parseUrl)
    .option("--json", "print the difference as JSON", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (assembly: string, options: DiffOptions) => {
      const { diff } = await import("../diff/index.ts");
      await diff(assembly, options, { directory: process.cwd(), ...surroundings });
    });
}
