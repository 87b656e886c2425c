import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { evidencePages, ROOT } from "./pages.ts";

const PROMISES = join(ROOT, "docs/promises.md");

/** The pages that map inputs, or clauses of a promise, to the tests that hold them, with the headings that each must have. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "docs/evidence/faults.md": ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "Proof"],
  "docs/evidence/constructs.md": ["A", "B", "F"],
  "docs/evidence/constructs-regions.md": ["C", "D", "E"],
  "docs/evidence/local-runtime.md": ["A", "B", "C", "D", "E", "Done"],
  "docs/evidence/operations.md": ["A", "B", "Safety", "C", "D", "Done when"],
};

/** The end of the first row of their tables. */
const HELD_BY = "| held by |";

const pages = evidencePages().filter(({ text }) => text.includes(HELD_BY));

interface Reference {
  readonly section: string;
  readonly file: string;
  /** Part of the file: of a test's name, or of a sentence that it checks. */
  readonly part: string;
}

function referencesIn(page: string): readonly Reference[] {
  return page.split("\n## ").flatMap((section) => {
    const [name = ""] = section.split(/[.\n]/, 1);
    return [...section.matchAll(/\[[\w.-]+\]\(([^)]+)\): ([^;|\n]+?)(?=;| \|)/g)].map(([, file = "", part = ""]) => ({
      section: name,
      file,
      part,
    }));
  });
}

test("all pages are there", () => {
  expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(SECTIONS)));
});

describe.each(pages)("$path", ({ path: page, text }) => {
  const references = referencesIn(text);

  test("has tests for every section", () => {
    const found = new Set(references.map(({ section }) => section));
    expect((SECTIONS[page] ?? []).filter((section) => !found.has(section))).toEqual([]);
  });

  test("has a test for every row", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.endsWith(HELD_BY));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => referencesIn(row).length === 0)).toEqual([]);
  });

  test.each(references)("$part is in $file", ({ file, part }) => {
    const path = resolve(ROOT, page, "..", file);
    expect(existsSync(path), `${file} does not exist: correct ${page}`).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(part);
  });
});

test.each(SECTIONS["docs/evidence/faults.md"] ?? [])("docs/promises.md has a line for kind %s of faults.md", (kind) => {
  const faults = pages.find(({ path }) => path.endsWith("/faults.md"))?.text ?? "";
  const files = referencesIn(faults).flatMap(({ section, file }) => (section === kind ? [file.split("/").at(-1)] : []));
  const lines = readFileSync(PROMISES, "utf8").split("\n");
  expect(lines.filter((line) => files.some((file) => line.includes(`[${file}]`)))).not.toEqual([]);
});
