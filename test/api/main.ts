/**
 * The public API as reviewed reports: one file per entry point under docs/evidence/api. `npm run api` compares, `npm run api -- --update`
 * writes. It fails when a report differs from the sources, and when a public declaration names a type that its entry point does not export.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installTools } from "../support/install-tools.ts";
import { ENTRY_POINTS, type EntryPoint } from "./entry-points.ts";
import { extractorConfig } from "./extractor-config.ts";
import { KNOWN_INTERNAL } from "./known-internal.ts";
import { nameModuleTypes } from "./namespace-imports.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "../..");
/** Declarations and API Extractor's configuration. Not inside the repository, where compiler and linter would read them. */
const BUILD = mkdtempSync(join(tmpdir(), "fanfare-api-"));
const REPORTS = join(ROOT, "docs/evidence/api");

function run(script: string, args: readonly string[]): void {
  try {
    execFileSync(process.execPath, [script, ...args], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${basename(script)} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`);
  }
}

function declare(): void {
  mkdirSync(join(BUILD, "reports"));
  run(join(ROOT, "node_modules/typescript/bin/tsc"), [
    ...["-p", "tsconfig.build.json"],
    ...["--outDir", BUILD],
    "--emitDeclarationOnly",
  ]);
  // Before the link is made: the installed packages are not to be rewritten.
  nameModuleTypes(join(BUILD, "lib"));
  nameModuleTypes(join(BUILD, "infra"));
  symlinkSync(join(ROOT, "node_modules"), join(BUILD, "node_modules"), "dir");
  writeFileSync(join(BUILD, "package.json"), JSON.stringify({ name: "fanfare", version: "0.0.0", type: "module" }));
}

/** The report of one entry point, as API Extractor writes it. */
function extract(entry: EntryPoint): string {
  const file = join(BUILD, `${entry.report}.json`);
  writeFileSync(file, JSON.stringify(extractorConfig(entry, BUILD), undefined, 2));
  run(join(HERE, "node_modules/@microsoft/api-extractor/bin/api-extractor"), ["run", "--local", "--config", file]);
  return readFileSync(join(BUILD, "reports", `${entry.report}.api.md`), "utf8");
}

/** Names that an entry point exports, from its report. */
function exportedNames(report: string): string[] {
  const declared = report.matchAll(/^export (?:abstract )?(?:class|const|enum|function|interface|type) (\w+)/gm);
  const again = report.matchAll(/^export \{ (\w+) \}/gm);
  return [...declared, ...again].map((match) => match[1] ?? "");
}

/** Names that a report's declarations lead to and that its entry point does not export. */
function unexportedNames(report: string): string[] {
  const names = [...report.matchAll(/\(ae-forgotten-export\) The symbol "([^"]+)"/g)].map((match) => match[1] ?? "");
  return [...new Set(names)].sort();
}

/** What is wrong about the internal names of one report. A name that another entry point exports is public. */
function reviewInternalNames(entry: EntryPoint, report: string, exported: ReadonlySet<string>): string[] {
  const found = unexportedNames(report).filter((name) => !exported.has(name));
  const known = KNOWN_INTERNAL[entry.name] ?? {};
  const unexpected = found
    .filter((name) => known[name] === undefined)
    .map(
      (name) =>
        `${entry.name}: "${name}" is reachable but not exported. Export it from ${entry.source}, or keep it out of public types.`,
    );
  const obsolete = Object.keys(known)
    .filter((name) => !found.includes(name))
    .map((name) => `${entry.name}: "${name}" is public or gone. Delete it from test/api/known-internal.ts.`);
  return [...unexpected, ...obsolete];
}

function reviewReport(entry: EntryPoint, report: string, update: boolean): string[] {
  const file = join(REPORTS, `${entry.report}.api.md`);
  const reviewed = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (reviewed === report) {
    return [];
  }
  if (update) {
    mkdirSync(REPORTS, { recursive: true });
    writeFileSync(file, report);
    console.log(`wrote ${relative(ROOT, file)}`);
    return [];
  }
  return [
    `${entry.name}: the API differs from ${relative(ROOT, file)}. Run \`npm run api -- --update\`, review the diff, commit it.`,
    ...firstDifference(reviewed ?? "", report),
  ];
}

function firstDifference(reviewed: string, report: string): string[] {
  const [was, is] = [reviewed.split("\n"), report.split("\n")];
  const index = is.findIndex((line, at) => line !== was[at]);
  const at = index < 0 ? is.length : index;
  return [`  line ${at + 1} was ${was[at] ?? "(end)"}`, `  line ${at + 1} is  ${is[at] ?? "(end)"}`];
}

const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } });
installTools(HERE);
try {
  declare();
  const reports = ENTRY_POINTS.map((entry) => ({ entry, report: extract(entry) }));
  const exported = new Set(reports.flatMap(({ report }) => exportedNames(report)));
  const problems = reports.flatMap(({ entry, report }) => [
    ...reviewReport(entry, report, values.update),
    ...reviewInternalNames(entry, report, exported),
  ]);
  for (const problem of problems) {
    console.error(problem);
  }
  if (problems.length === 0) {
    console.log(`The API of ${ENTRY_POINTS.length} entry points is as reviewed.`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(BUILD, { recursive: true, force: true });
}
