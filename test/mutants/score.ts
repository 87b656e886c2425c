import type { Mutant, StrykerReport } from "./stryker.ts";
import type { Target } from "./targets.ts";

export interface Survivor {
  /** `lib/wire/size.ts:12`. */
  readonly at: string;
  /** First and last line and column: `12:4-12:30`. */
  readonly range: string;
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
  /** As in {@link Target}. */
  readonly isNear: boolean;
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

export function runOf({ folder, mutate, isNear }: Target, report: StrykerReport, seconds: number): Run {
  const files = Object.entries(report.files).map(([file, { source, mutants }]) => fileScore(file, source, mutants));
  return { folder, mutate, time: new Date().toISOString(), seconds, isNear, files };
}

/** The earlier run with what became of its survivors, which alone were run again. */
export function runAgainOf(earlier: Run, report: StrykerReport, seconds: number): Run {
  const files = earlier.files.map((file) => {
    const { source = "", mutants = [] } = report.files[file.file] ?? {};
    const statusOf = new Map(
      mutants.map((mutant) => [keyOf(survivorOf(file.file, source, mutant)), statusOfMutant(mutant)]),
    );
    const survivors = file.survivors
      .map((survivor) => ({ survivor, status: statusOf.get(keyOf(survivor)) ?? "Survived" }))
      .map(({ survivor, status }) => ({ survivor: { ...survivor, covered: status !== "NoCoverage" }, status }));
    const count = (status: Mutant["status"]) => survivors.filter((each) => each.status === status).length;
    return {
      ...file,
      killed: file.killed + count("Killed"),
      timedOut: file.timedOut + count("Timeout"),
      survived: count("Survived"),
      notCovered: count("NoCoverage"),
      justified: file.justified + count("Ignored"),
      survivors: survivors.filter(({ status }) => isOpen(status)).map(({ survivor }) => survivor),
    };
  });
  return { ...earlier, files, time: new Date().toISOString(), seconds: earlier.seconds + seconds };
}

function fileScore(file: string, source: string, mutants: readonly Mutant[]): FileScore {
  const count = (status: Mutant["status"]) => mutants.filter((mutant) => statusOfMutant(mutant) === status).length;
  const notRun = mutants.filter(({ statusReason }) => statusReason?.startsWith("Static mutant") === true).length;
  return {
    file,
    killed: count("Killed"),
    timedOut: count("Timeout"),
    survived: count("Survived"),
    notCovered: count("NoCoverage"),
    justified: count("Ignored") - notRun,
    notRun,
    survivors: mutants.filter(({ status }) => isOpen(status)).map((mutant) => survivorOf(file, source, mutant)),
  };
}

/** A test that took too long says as little as a run that did. */
function statusOfMutant({ status, statusReason = "" }: Mutant): Mutant["status"] {
  return status === "Killed" && /Test timed out in/.test(statusReason) ? "Timeout" : status;
}

function isOpen(status: Mutant["status"]): boolean {
  return status === "Survived" || status === "NoCoverage";
}

function survivorOf(file: string, source: string, mutant: Mutant): Survivor {
  const { start, end } = mutant.location;
  return {
    at: `${file}:${start.line}`,
    range: `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
    mutator: mutant.mutatorName,
    original: oneLine(textAt(source, mutant)),
    replacement: oneLine(mutant.replacement ?? ""),
    covered: mutant.status !== "NoCoverage",
  };
}

function keyOf({ at, range, mutator, replacement }: Survivor): string {
  return [at, range, mutator, replacement].join(" ");
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
