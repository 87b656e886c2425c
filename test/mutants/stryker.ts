import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "./targets.ts";

export interface Mutant {
  readonly id: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status:
    | "Killed"
    | "Survived"
    | "NoCoverage"
    | "Timeout"
    | "CompileError"
    | "RuntimeError"
    | "Ignored"
    | "Pending";
  readonly statusReason?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** Part of Stryker's JSON report. Source: mutation-testing-report-schema 2. */
export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/**
 * Runs Stryker on one target, or on some ranges of it such as `lib/wire/size.ts:12:4-12:30` (columns from 0). It works in a copy of the sources in the temporary folder: the work tree stays as it is.
 */
export function runStryker(
  root: string,
  tools: string,
  target: Target,
  concurrency: number,
  ranges: readonly string[] = [target.mutate],
): StrykerReport {
  const temporary = mkdtempSync(join(tmpdir(), "fanfare-mutants-"));
  const report = join(temporary, "report.json");
  const configuration = {
    testRunner: "vitest",
    plugins: [join(tools, "node_modules/@stryker-mutator/vitest-runner/dist/src/index.js")],
    vitest: { configFile: "test/mutants/vitest.config.ts", related: false },
    mutate: [...ranges, "!**/index.ts"],
    coverageAnalysis: "perTest",
    ignoreStatic: target.ignoreStatic,
    concurrency,
    // Beyond 1.5 times what the tests took without changes. Generous, because a timeout counts as noticed: on a busy machine a test
    // that takes 15 s longer than alone is no rare thing.
    timeoutMS: 60_000,
    // Stryker would rewrite tsconfig.json through the API of an older TypeScript; the tests do not need that file.
    tsconfigFile: "no-such.json",
    tempDirName: join(temporary, "sandbox"),
    ignorePatterns: ["/docs", "/bench", "/.fanfare", "cdk.out"],
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: report },
  };
  const file = join(temporary, "stryker.json");
  writeFileSync(file, JSON.stringify(configuration));
  try {
    execFileSync(process.execPath, [join(tools, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", file], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, MUTANTS_TESTS: target.tests.join(",") },
    });
    return JSON.parse(readFileSync(report, "utf8"));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
