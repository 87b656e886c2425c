import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

const page = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), "utf8") });

const pagesIn = (folder: string): Page[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => page(`${folder}/${name}`));

/** The pages that the package ships, except the changelog, which has to name what was renamed. */
export const userPages = (): Page[] => [page("README.md"), ...pagesIn("docs")];

/** Method and proof. Their tables and blocks are captured output; the tables of the benchmarks are nothing else and left out. */
export const evidencePages = (): Page[] =>
  pagesIn("docs/evidence").filter(({ path }) => path !== "docs/evidence/performance.tables.md");

export const changelog = (): Page => page("CHANGELOG.md");

/** The text with fenced blocks, and optionally tables, blanked: lines keep their numbers. */
export function prose(text: string, { tables }: { readonly tables: boolean }): string {
  let fenced = false;
  return text
    .split("\n")
    .map((line) => {
      const isFence = /^\s*`{3,}/.test(line);
      if (isFence) {
        fenced = !fenced;
      }
      return isFence || fenced || (!tables && line.startsWith("|")) ? "" : line;
    })
    .join("\n");
}

/** The line that a position of the text is in, from 1. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;
