import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT } from "./pages.ts";

const COMMANDS = "lib/cli/commands";
const given = { terminal: { out: () => {}, err: () => {} }, signal: new AbortController().signal };

/** The commands of `fanfare`, in the order in which lib/cli/program.ts adds them. */
export async function commandsOfMain(): Promise<readonly Command[]> {
  const main = readFileSync(join(ROOT, "lib/cli/program.ts"), "utf8");
  const files = new Map(
    [...main.matchAll(/import \{ (\w+Command) \} from "\.\/commands\/([\w-]+)\.ts"/g)].map(
      ([, name = "", file = ""]) => [name, file],
    ),
  );
  const added = [...main.matchAll(/\.addCommand\((\w+)\(surroundings(?:, "(\w+)")?\)/g)];
  return await Promise.all(
    added.map(async ([, name = "", verb]) => {
      const module = await import(join(ROOT, COMMANDS, `${files.get(name)}.ts`));
      const command: unknown = module[name](given, verb);
      if (!(command instanceof Command)) {
        throw new Error(`${name} of ${COMMANDS}/${files.get(name)}.ts makes no command`);
      }
      return command;
    }),
  );
}

/** A reference of commands as Markdown: usage, description, arguments and options. */
export function referenceOf(commands: readonly Command[]): string {
  return commands.flatMap((command) => sectionsOf(command, "fanfare")).join("\n");
}

function sectionsOf(command: Command, path: string): string[] {
  const name = `${path} ${command.name()}`;
  if (command.commands.length > 0) {
    return command.commands.flatMap((each) => sectionsOf(each, name));
  }
  const usage = [
    name,
    ...command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`)),
  ];
  const rows = [
    ...command.registeredArguments.map((each) => [
      `\`${each.name()}\``,
      withDefault(each.description, each.defaultValue),
    ]),
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map(({ flags, description, defaultValue }) => [`\`${flags}\``, withDefault(description, defaultValue)]),
  ];
  return [
    `### ${name}`,
    "",
    `\`${usage.join(" ")}\`: ${command.description()}.`,
    "",
    "| | |",
    "|---|---|",
    ...rows.map((cells) => `| ${cells.map((cell) => (cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`),
    "",
  ];
}

function withDefault(description: string, value: unknown): string {
  return value === undefined || typeof value === "boolean" || description.includes("(default")
    ? description
    : `${description} (default: ${String(value)})`;
}
