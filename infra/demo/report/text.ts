import Table from "cli-table3";
import type pc from "picocolors";
import type { Report } from "./report.ts";

/** Colours of a terminal, or functions that colour nothing. */
type Colors = ReturnType<typeof pc.createColors>;

/** What people do after the demo. */
const NEXT =
  "Next: npm run dev keeps this app running, with a console in the browser.\nAn app of your own begins with docs/guide.md.";

/** Most problems of one kind that are printed: there may be one per message. */
const MAX_PROBLEMS = 5;

/** The report for people. */
export function textReport(report: Report, colors: Colors): string {
  const parts = [tallies(report, colors), reasons(report, colors), checks(report, colors), ...problems(report, colors)];
  const verdict = report.ok
    ? colors.green(`Nothing lost, nothing unexpected, in ${report.seconds.toFixed(1)} s.`)
    : colors.red(`Something is wrong (see above), after ${report.seconds.toFixed(1)} s.`);
  return `${[...parts, verdict, ...(report.ok ? [NEXT] : [])].join("\n\n")}\n`;
}

/** Tables without frames: ten columns must fit into 100 characters. */
const PLAIN = {
  chars: {
    ...Object.fromEntries(
      ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
        ["", "-mid", "-left", "-right"].map((corner) => [`${side}${corner}`, ""]),
      ),
    ),
    middle: "",
  },
  style: { head: [], border: [], "padding-left": 0, "padding-right": 1 },
};

const COLUMNS = [
  "published",
  "filtered",
  "delivered",
  "processed",
  "duplicates",
  "retried",
  "ignored",
  "deadLettered",
  "lost",
] as const;

function tallies({ subscribers }: Report, colors: Colors): string {
  const table = new Table({
    head: ["subscriber", ...COLUMNS.map((name) => (name === "deadLettered" ? "dead-lettered" : name))],
    colAligns: ["left", ...COLUMNS.map(() => "right" as const)],
    ...PLAIN,
  });
  for (const tally of subscribers) {
    const cells = COLUMNS.map((column) => {
      const text = tally[column].toLocaleString("en");
      return column === "lost" && tally.lost > 0 ? colors.red(text) : text;
    });
    table.push([colors.bold(tally.name), ...cells]);
  }
  return table.toString();
}

function reasons({ deadLetters }: Report, colors: Colors): string {
  const table = new Table({ head: ["dead letter of", "reason", "message"], ...PLAIN });
  for (const { subscriber, error, message } of deadLetters) {
    table.push([colors.bold(subscriber), error, shorten(message)]);
  }
  return table.toString();
}

function checks(report: Report, colors: Colors): string {
  const lines = report.checks.map(({ name, ok, detail }) => {
    const mark = ok ? colors.green("ok") : colors.red("no");
    return `  ${mark}  ${name.padEnd(14)}  ${detail}`;
  });
  return ["What the handlers wrote:", ...lines].join("\n");
}

function problems(report: Report, colors: Colors): string[] {
  return [
    ...report.subscribers.flatMap(({ name, unexpected }) => list(colors.red(`Unexpected at ${name}:`), unexpected)),
    ...list(colors.red("Problems:"), report.problems),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  if (items.length === 0) {
    return [];
  }
  const shown = items.slice(0, MAX_PROBLEMS).map((item) => `  ${item}`);
  const more = items.length > MAX_PROBLEMS ? [`  and ${items.length - MAX_PROBLEMS} more`] : [];
  return [[title, ...shown, ...more].join("\n")];
}

function shorten(text: string): string {
  return text.length > 62 ? `${text.slice(0, 61)}…` : text;
}
