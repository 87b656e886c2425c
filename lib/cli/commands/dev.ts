import { Command, InvalidArgumentError } from "commander";
import { DEFAULT_PORT, type DevOptions } from "../dev/options.ts";
import type { Terminal } from "../terminal.ts";
import { parsePort, parseUrl } from "./values.ts";

const AFTER_HELP = `
Synthesises the app that cdk.json names, creates what its templates declare in emulators on this machine, and invokes the
bundled functions with the messages of their queues. Needs no account, no token and no containers.

Examples:
  fanfare dev
  fanfare dev --app "node infra/app.ts" --port 0
  fanfare dev --assembly cdk.out --no-watch
  fanfare dev --parameter Stage=dev --parameter AdminEmail=me@example.com
  fanfare dev --endpoint http://localhost:4566 --dynamodb-endpoint embedded   (SQS, SNS and S3 of LocalStack)

Ctrl-C finishes the batches in flight and stops; a second Ctrl-C stops at once.`;

/** `fanfare dev`: runs the app on this machine. */
export function devCommand(surroundings: { terminal: Terminal; signal: AbortSignal }): Command {
  return new Command("dev")
    .description("run the app on this machine and reload it when its sources change")
    .option("--app <command>", 'command that synthesises the app (default: "app" of cdk.json)')
    .option("--assembly <folder>", "run this cloud assembly, without synthesis and without watching")
    .option(
      "--port <number>",
      `port of SQS, SNS and S3; 0 for any free one (default: ${DEFAULT_PORT}, or a free one if that is in use)`,
      parsePort,
    )
    .option("--endpoint <url>", "use the SQS, SNS and S3 at this URL instead of the embedded ones", parseUrl)
    .option(
      "--dynamodb-endpoint <url>",
      'use this DynamoDB; "embedded" starts the emulator beside --endpoint',
      parseDynamoDb,
    )
    .option("--region <region>", "Region of stacks that name none (default: eu-central-1)")
    .option("--stack <name...>", "run only these stacks, and those that they depend on")
    .option(
      "--parameter <name=value...>",
      "value of a template's parameter, or of one in the Parameter Store; can be repeated",
      parseParameter,
    )
    .option("--data <folder>", "keep queues, topics, objects and tables in this folder (default: in memory)")
    .option("--repair", "save what can be read of a damaged --data folder")
    .option(
      "--client-endpoint <url>",
      "URL that handlers and pollers use: a proxy in front of the embedded services",
      parseUrl,
    )
    .option("--no-console", "do not serve the console")
    .option("--console-port <number>", "port of the console (default: any free one)", parsePort)
    .option("--no-watch", "do not reload when sources change")
    .option("--json", "write one JSON object per line", false)
    .option("--verbose", "show every batch, all that handlers print, and stack traces of errors", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (options: DevOptions & { parameter?: Readonly<Record<string, string>> }) => {
      // The SDK's clients take most of a second to load: help and version must not wait for them.
      const { dev } = await import("../dev/dev.ts");
      await dev({ ...options, parameters: options.parameter }, { directory: process.cwd(), ...surroundings });
    });
}

function parseParameter(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name = "", value = ""] = /^([\w./-]+)=(.*)$/s.exec(text) ?? [];
  if (name === "") {
    throw new InvalidArgumentError("it must be the name of a parameter and its value, for example Stage=dev.");
  }
  return { ...earlier, [name]: value };
}

function parseDynamoDb(text: string): string {
  return text === "embedded" ? text : parseUrl(text);
}
