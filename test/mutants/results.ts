import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeScores, type Row } from "./describe.ts";
import type { FileScore, Run } from "./score.ts";
import { FOLDERS } from "./targets.ts";

/** What is known of a folder: the latest result of each of its files, whether it ran with the folder, with a room, or alone. */
interface FolderResult {
  readonly folder: string;
  readonly files: readonly FileScore[];
  /** Files whose latest run had only the tests of their room. */
  readonly near: readonly string[];
  /** Files that were in no run; a room, where none of its files was. */
  readonly missing: readonly string[];
}

/** The report of all runs that are stored, in Markdown. Says which files were in none. */
export function describeResults(root: string, results: string): string {
  const folders = FOLDERS.map((folder) => resultOf(root, folder, storedRuns(results)));
  const known = folders.filter(({ files }) => files.length > 0);
  const missing = folders.flatMap((each) => each.missing);
  const near = folders.flatMap((each) => each.near);
  return [
    describeScores(known.map(rowOf)),
    ...listOf("With the tests of their room alone, so all tests may notice more:", near),
    ...listOf("These were not run, and do not count above:", missing),
  ].join("\n");
}

function rowOf({ folder, files, missing }: FolderResult): Row {
  return { name: missing.length === 0 ? folder : `${folder} (in part)`, files };
}

function listOf(title: string, paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [] : ["", title, "", ...paths.map((path) => `- ${path}`)];
}

/** The oldest first. */
function storedRuns(results: string): Run[] {
  const files = readdirSync(results).filter((file) => file.endsWith(".json"));
  const runs: Run[] = files.map((file) => JSON.parse(readFileSync(join(results, file), "utf8")));
  return runs.sort((left, right) => left.time.localeCompare(right.time));
}

function resultOf(root: string, folder: string, runs: readonly Run[]): FolderResult {
  const latest = new Map(
    runs
      .filter((run) => run.folder === folder)
      .flatMap(({ files, isNear }) => files.map((each) => [each.file, { score: each, isNear }] as const)),
  );
  const sources = globSync(`${folder}/**/*.ts`, { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.endsWith("/index.ts"))
    .sort();
  const isKnown = (file: string) => latest.has(file);
  const known = new Set(sources.filter(isKnown).map(dirname));
  const missing = sources
    .filter((file) => !isKnown(file))
    .map((file) => (known.has(dirname(file)) || dirname(file) === folder ? file : dirname(file)));
  return {
    folder,
    files: sources.flatMap((file) => latest.get(file)?.score ?? []),
    near: sources.filter((file) => latest.get(file)?.isNear === true),
    missing: [...new Set(missing)],
  };
}
