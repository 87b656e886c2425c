import { type FileScore, percentOf, type Survivor, sumOf } from "./score.ts";

/** A row of the table: a folder, a room or a file. */
export interface Row {
  readonly name: string;
  readonly files: readonly FileScore[];
}

const HEAD = ["sources", "score", "killed", "timed out", "survived", "no test", "justified", "not run"];

/** A table of the scores, and the list of survivors, in Markdown. */
export function describeScores(rows: readonly Row[]): string {
  const survivors = rows.flatMap(({ files }) => files.flatMap((file) => file.survivors));
  return [
    lineOf(HEAD),
    lineOf(HEAD.map(() => "---")),
    ...rows.map(describeRow),
    "",
    survivors.length === 0 ? "No mutant survived." : `${survivors.length} mutants survived:`,
    "",
    ...survivors.map(describeSurvivor),
  ].join("\n");
}

function describeRow({ name, files }: Row): string {
  const counts = sumOf(files);
  const { killed, timedOut, survived, notCovered, justified, notRun } = counts;
  const numbers = [killed, timedOut, survived, notCovered, justified, notRun];
  return lineOf([`\`${name}\``, `${percentOf(counts).toFixed(1)} %`, ...numbers.map(String)]);
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function describeSurvivor({ at, mutator, original, replacement, covered }: Survivor): string {
  const quote = (code: string) => (code === "" ? "(nothing)" : `\`\` ${code} \`\``);
  return `- ${at} ${mutator}: ${quote(original)} -> ${quote(replacement)}${covered ? "" : " (no test runs it)"}`;
}
