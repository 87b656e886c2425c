import Table from "cli-table3";
import pc from "picocolors";
import type { Outcome, Report } from "./run.ts";

const HEAD = ["Client", "Direction", "Via", "Type", "Payload", "Result"];

const RESULTS: Readonly<Record<Outcome["status"], string>> = {
  passed: "green",
  failed: "RED",
  limited: "red, explained",
  skipped: "skipped",
};

const COLOURS = { passed: pc.green, failed: pc.red, limited: pc.yellow, skipped: pc.dim } as const;

/** The matrix for people, and under it the reasons of what is not green. */
export function renderTable({ outcomes }: Report): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  const reasons = reasonsOf(outcomes);
  for (const outcome of outcomes) {
    const cells = cellsOf(outcome, reasons);
    table.push(cells.map((cell, index) => (HEAD[index] === "Result" ? COLOURS[outcome.status](cell) : cell)));
  }
  return [table.toString(), ...reasons.map((reason, index) => `[${index + 1}] ${reason}`)].join("\n");
}

/** The same for the documentation. */
export function renderMarkdown({ outcomes }: Report): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const reasons = reasonsOf(outcomes);
  const rows = outcomes.map((outcome) => line(cellsOf(outcome, reasons)));
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}`);
  return [line(HEAD), line(HEAD.map(() => "---")), ...rows, "", ...notes].join("\n");
}

/** Each reason once, in the order in which they come. */
function reasonsOf(outcomes: readonly Outcome[]): readonly string[] {
  return [...new Set(outcomes.map(({ reason }) => reason).filter((reason) => reason !== ""))];
}

function cellsOf(outcome: Outcome, reasons: readonly string[]): string[] {
  const { client, version, direction, via, fifo, payload, status, reason } = outcome;
  const note = reason === "" ? "" : ` [${reasons.indexOf(reason) + 1}]`;
  return [
    `${client} ${version}`.trim(),
    direction === "writes" ? "writes, Fanfare reads" : "reads what Fanfare wrote",
    via === "wrapped" ? "topic, not raw" : via,
    fifo ? "FIFO" : "standard",
    payload,
    `${RESULTS[status]}${note}`,
  ];
}

/** The versions of everything that took part, in one line. */
export function renderVersions({ versions }: Report): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** The number of outcomes of one status. */
export function count({ outcomes }: Report, status: Outcome["status"]): number {
  return outcomes.filter((outcome) => outcome.status === status).length;
}
