import Table from "cli-table3";
import pc from "picocolors";

/** Characters around a cell: its line, and a space on each side. */
const AROUND = 3;

/** Columns of prose become no narrower than this. */
const MIN_PROSE = 24;

/**
 * Rows as a table for people. Where the terminal is too narrow, prose is wrapped; where that is not enough, each row is a block of lines,
 * so that names and ids can still be copied.
 *
 * @param columns characters that fit on a line; undefined where any number fits
 */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const widths = widthsWithin(head, rows, columns);
  if (widths === undefined) {
    return rows.map((row) => blockOf(head, row)).join("\n\n");
  }
  const table = new Table({
    head: head.map((each) => pc.bold(each)),
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + AROUND - 1),
    wordWrap: true,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Widths with which the table fits; undefined where there are none. */
function widthsWithin(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): readonly number[] | undefined {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => widthOf(row[at] ?? ""))));
  const longest = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => Math.max(...(row[at] ?? "").split(/\s/).map((word) => word.length)))),
  );
  const total = () => widths.reduce((sum, width) => sum + width + AROUND, 1);
  for (;;) {
    if (total() <= columns) {
      return widths;
    }
    const shrinkable = widths.map((width, at) => (width > Math.max(MIN_PROSE, longest[at] ?? 0) ? width : 0));
    const widest = shrinkable.indexOf(Math.max(...shrinkable));
    if ((shrinkable[widest] ?? 0) === 0) {
      return undefined;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function widthOf(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}

function blockOf(head: readonly string[], row: readonly string[]): string {
  const name = Math.max(...head.map((title) => title.length));
  return head
    .map((title, at) => [title, row[at] ?? ""] as const)
    .filter(([, cell]) => cell !== "")
    .map(([title, cell]) => `${pc.bold(title.padEnd(name))}  ${cell.replaceAll("\n", `\n${" ".repeat(name + 2)}`)}`)
    .join("\n");
}
