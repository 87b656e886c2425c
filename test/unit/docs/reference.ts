import type { Command } from "commander";

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
