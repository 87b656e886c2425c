import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Table from "cli-table3";
import pc from "picocolors";
import type { Outcome, Wrapper } from "./harness/index.ts";
import type { Row } from "./run.ts";

/** The table for people: property by wrapper, with the reason of whatever did not pass. */
export function renderTable(rows: readonly Row[], wrappers: readonly Wrapper[]): string {
  const table = new Table({
    head: ["Property", ...wrappers.map(({ name }) => name)],
    colWidths: [58, ...wrappers.map((_, index) => (index === 0 ? 12 : 38))],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  let chapter = "";
  for (const row of rows) {
    if (row.chapter !== chapter) {
      chapter = row.chapter;
      table.push([{ colSpan: wrappers.length + 1, content: pc.bold(chapter) }]);
    }
    table.push([row.name, ...row.outcomes.map(cell)]);
  }
  return table.toString();
}

function cell(outcome: Outcome): string {
  switch (outcome.status) {
    case "passed":
      return pc.green("pass");
    case "failed":
      return `${pc.red("fail")}: ${outcome.reason}`;
    case "n/a":
      return pc.dim(`n/a: ${outcome.reason}`);
  }
}

/** The same as a Markdown table, for the documentation. */
export function renderMarkdown(rows: readonly Row[], wrappers: readonly Wrapper[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  const lines: string[] = [];
  for (const chapter of new Set(rows.map((row) => row.chapter))) {
    lines.push(`## ${chapter}`, "", line(["Property", ...wrappers.map(({ name }) => name)]));
    lines.push(line(["---", ...wrappers.map(() => "---")]));
    for (const row of rows.filter((entry) => entry.chapter === chapter)) {
      lines.push(line([row.name, ...row.outcomes.map(plain)]));
    }
    lines.push("");
  }
  return lines.join("\n");
}

function plain(outcome: Outcome): string {
  return outcome.status === "passed"
    ? "pass"
    : `${outcome.status === "failed" ? "**fail**" : "n/a"}: ${outcome.reason}`;
}

/** Versions of a wrapper's packages, as they are installed. */
export function versionsOf(wrapper: Wrapper): string[] {
  return wrapper.packages.map((name) => `${name} ${versionOf(name)}`);
}

function versionOf(name: string): string {
  const resolve = createRequire(import.meta.url).resolve;
  for (const directory of resolve.paths(name) ?? []) {
    try {
      return String(JSON.parse(readFileSync(`${directory}/${name}/package.json`, "utf8")).version);
    } catch {
      // Not in this directory: in the next one.
    }
  }
  try {
    return String(JSON.parse(readFileSync(resolve(`${name}/package.json`), "utf8")).version);
  } catch {
    return "(unknown version)";
  }
}
