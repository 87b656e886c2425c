/**
 * Mutation run: changes the sources in small ways, one at a time, and looks whether a unit test notices.
 * `npm run mutants` takes every folder, `npm run mutants -- lib/wire lib/idempotency/key.ts` only these. See docs/evidence/mutants.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeError } from "../../lib/errors/index.ts";
import { installTools } from "../support/install-tools.ts";
import { describeScores, type Row } from "./describe.ts";
import { describeResults } from "./results.ts";
import { percentOf, type Run, runAgainOf, runOf, sumOf } from "./score.ts";
import { runStryker } from "./stryker.ts";
import { type Target, targetsOf } from "./targets.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "../..");
/** Results as JSON, one file per target; not committed. */
const RESULTS = join(HERE, "dist");
const REPORT = join(ROOT, "docs/evidence/mutants.results.md");

/** Percent that every folder reaches. */
const MIN_SCORE = 85;

const USAGE = `Changes the sources in small ways, one at a time, and looks whether a unit test notices.

  npm run mutants -- [--concurrency <number>] [--near] [--again] [--update] [folder or file ...]

  --concurrency   mutants at a time (default 2)
  --near          only with the tests of the room and those of no room: quick, and a lower bound
  --again         only what survived the last time: after tests were added, while the sources are the same
  --update        write docs/evidence/mutants.results.md
  --help          print this

Exit code: 0 when every folder reaches ${MIN_SCORE} %, 1 when one does not, 2 for a wrong argument.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    again: { type: "boolean", default: false },
    near: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    concurrency: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}

/** A wrong argument ends the program with its message, before anything is installed. */
function targetsOrExit(): readonly Target[] {
  try {
    return targetsOf(ROOT, positionals, values.near);
  } catch (error) {
    console.error(describeError(error).message);
    return process.exit(2);
  }
}

/** Where the survivors of a run are in the sources. */
function survivorsOf({ files }: Run): string[] {
  return files.flatMap(({ file, survivors }) => survivors.map(({ range }) => `${file}:${range}`));
}

const targets = targetsOrExit();
installTools(HERE);
mkdirSync(RESULTS, { recursive: true });
const rows: Row[] = [];
for (const target of targets) {
  const started = performance.now();
  const name = target.mutate.replace("/**/*.ts", "");
  const file = join(RESULTS, `${name.replaceAll("/", "-")}.json`);
  const earlier: Run | undefined = values.again ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const report = runStryker(ROOT, HERE, target, Number(values.concurrency), earlier && survivorsOf(earlier));
  const seconds = (performance.now() - started) / 1_000;
  const run = earlier === undefined ? runOf(target, report, seconds) : runAgainOf(earlier, report, seconds);
  writeFileSync(file, `${JSON.stringify(run, undefined, 2)}\n`);
  rows.push({ name, files: run.files });
}
console.log(`\n${describeScores(rows)}\n\nAs JSON: ${relative(ROOT, RESULTS)}`);
if (values.update) {
  const results = describeResults(ROOT, RESULTS);
  writeFileSync(REPORT, `# Mutants: results\n\nWritten by \`npm run mutants -- --update\`.\n\n${results}\n`);
  console.log(`wrote ${relative(ROOT, REPORT)}`);
}
const low = rows
  .map(({ name, files }) => ({ name, score: percentOf(sumOf(files)) }))
  .filter(({ score }) => score < MIN_SCORE);
for (const { name, score } of low) {
  console.error(`${name}: ${score.toFixed(1)} %, at least ${MIN_SCORE} %. Add tests for the survivors listed above.`);
}
process.exitCode = low.length === 0 ? 0 : 1;
