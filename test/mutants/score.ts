import type { Mutant, StrykerReport } from "./stryker.ts";
import type { Target } from "./targets.ts";

export interface Survivor {
  /** `lib/wire/size.ts:12`. */
  readonly at: string;
  readonly mutator: string;
  /** The code as it is, on one line. */
  readonly original: string;
  readonly replacement: string;
  /** Whether any test runs the code. */
  readonly covered: boolean;
}

export interface Score {
  readonly folder: string;
  /** What was mutated: the folder, or one file of it. */
  readonly mutate: string;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly notCovered: number;
  /** Equivalent mutants, justified in the source by a `Stryker disable` comment with the reason. */
  readonly justified: number;
  /** Mutants of code that only runs while a module is loaded, where they are left out. */
  readonly notRun: number;
  /** Percent of killed and timed out mutants among those that are not justified. */
  readonly score: number;
  readonly seconds: number;
  readonly survivors: readonly Survivor[];
}

export function scoreOf(target: Target, report: StrykerReport, seconds: number): Score {
  const all = Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ file, source, mutant })),
  );
  const count = (status: Mutant["status"]) => all.filter(({ mutant }) => mutant.status === status).length;
  const [killed, timedOut, survived, notCovered] = [
    count("Killed"),
    count("Timeout"),
    count("Survived"),
    count("NoCoverage"),
  ];
  const notRun = all.filter(({ mutant }) => mutant.statusReason?.startsWith("Static mutant") === true).length;
  const valid = killed + timedOut + survived + notCovered;
  return {
    folder: target.folder,
    mutate: target.mutate,
    killed,
    timedOut,
    survived,
    notCovered,
    justified: count("Ignored") - notRun,
    notRun,
    score: valid === 0 ? 100 : ((killed + timedOut) / valid) * 100,
    seconds,
    survivors: all
      .filter(({ mutant }) => mutant.status === "Survived" || mutant.status === "NoCoverage")
      .map(({ file, source, mutant }) => ({
        at: `${file}:${mutant.location.start.line}`,
        mutator: mutant.mutatorName,
        original: oneLine(textAt(source, mutant)),
        replacement: oneLine(mutant.replacement ?? ""),
        covered: mutant.status === "Survived",
      })),
  };
}

function textAt(source: string, { location: { start, end } }: Mutant): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? "").slice(0, end.column - 1);
  lines[0] = (lines[0] ?? "").slice(start.column - 1);
  return lines.join("\n");
}

function oneLine(code: string): string {
  const line = code.replace(/\s+/g, " ").trim();
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}

/** A table of the scores and the list of survivors, in Markdown. */
export function describeScores(scores: readonly Score[]): string {
  const rows = scores.map(
    (each) =>
      `| \`${each.mutate.replace("/**/*.ts", "")}\` | ${each.score.toFixed(1)} % | ${each.killed} | ${each.timedOut} | ${each.survived} | ` +
      `${each.notCovered} | ${each.justified} | ${each.notRun} | ${Math.round(each.seconds)} s |`,
  );
  const survivors = scores.flatMap((each) => each.survivors).map(describeSurvivor);
  return [
    "| sources | score | killed | timed out | survived | no test | justified | not run | time |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    survivors.length === 0 ? "No mutant survived." : `${survivors.length} mutants survived:`,
    "",
    ...survivors,
  ].join("\n");
}

function describeSurvivor({ at, mutator, original, replacement, covered }: Survivor): string {
  const quote = (code: string) => (code === "" ? "(nothing)" : `\`\` ${code} \`\``);
  return `- ${at} ${mutator}: ${quote(original)} -> ${quote(replacement)}${covered ? "" : " (no test runs it)"}`;
}
