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

/** Numbers of mutants. */
export interface Counts {
  readonly killed: number;
  /** Mutants that made a test, or the whole run, take too long. */
  readonly timedOut: number;
  readonly survived: number;
  readonly notCovered: number;
  /** Equivalent mutants, justified in the source by a `Stryker disable` comment with the reason. */
  readonly justified: number;
  /** Mutants of code that only runs while a module is loaded, where they are left out. */
  readonly notRun: number;
}

export interface FileScore extends Counts {
  readonly file: string;
  readonly survivors: readonly Survivor[];
}

/** What one run of Stryker found. */
export interface Run {
  readonly folder: string;
  /** What was mutated: the folder, a folder in it, or one file. */
  readonly mutate: string;
  /** When the run ended, ISO 8601. */
  readonly time: string;
  readonly seconds: number;
  readonly files: readonly FileScore[];
}

/** Percent of killed and timed out mutants among those that were run or have no test. */
export function percentOf({ killed, timedOut, survived, notCovered }: Counts): number {
  const valid = killed + timedOut + survived + notCovered;
  return valid === 0 ? 100 : ((killed + timedOut) / valid) * 100;
}

export function sumOf(files: readonly FileScore[]): Counts {
  const sum = (count: keyof Counts) => files.reduce((total, file) => total + file[count], 0);
  return {
    killed: sum("killed"),
    timedOut: sum("timedOut"),
    survived: sum("survived"),
    notCovered: sum("notCovered"),
    justified: sum("justified"),
    notRun: sum("notRun"),
  };
}

export function runOf({ folder, mutate }: Target, report: StrykerReport, seconds: number): Run {
  const files = Object.entries(report.files).map(([file, { source, mutants }]) => fileScore(file, source, mutants));
  return { folder, mutate, time: new Date().toISOString(), seconds, files };
}

/** What vitest says of a test that took too long. */
const TEST_TIMEOUT = /Test timed out in/;

function fileScore(file: string, source: string, mutants: readonly Mutant[]): FileScore {
  const count = (status: Mutant["status"]) => mutants.filter((mutant) => mutant.status === status).length;
  const notRun = mutants.filter(({ statusReason }) => statusReason?.startsWith("Static mutant") === true).length;
  const waited = mutants.filter((mutant) => mutant.status === "Killed" && TEST_TIMEOUT.test(mutant.statusReason ?? ""));
  return {
    file,
    killed: count("Killed") - waited.length,
    timedOut: count("Timeout") + waited.length,
    survived: count("Survived"),
    notCovered: count("NoCoverage"),
    justified: count("Ignored") - notRun,
    notRun,
    survivors: mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map((mutant) => ({
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
