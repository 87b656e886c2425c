import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** The pages that name a test for every row, with their headings and the least number of rows. */
const PAGES = [
  { name: "faults.md", kinds: ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "Proof"], rows: 50 },
  { name: "local-runtime.md", kinds: ["A", "B", "C", "D", "E", "Done"], rows: 50 },
];

const urlOf = (name: string) => new URL(`../../../docs/evidence/${name}`, import.meta.url);
const PROMISES = new URL("../../../docs/promises.md", import.meta.url);

interface Reference {
  readonly kind: string;
  readonly file: string;
  /** Part of the file: of a test's name, or of a sentence that it checks. */
  readonly part: string;
}

function referencesIn(page: string): readonly Reference[] {
  return page.split("\n## ").flatMap((section) => {
    const [kind = ""] = section.split(/[.\n]/, 1);
    return [...section.matchAll(/\[[\w.-]+\]\(([^)]+)\): ([^;|\n]+?)(?=;| \|)/g)].map(([, file = "", part = ""]) => ({
      kind,
      file,
      part,
    }));
  });
}

describe.each(PAGES)("docs/evidence/$name", ({ name, kinds, rows: least }) => {
  const page = readFileSync(urlOf(name), "utf8");
  const references = referencesIn(page);

  test.each(kinds)("has tests for kind %s", (kind) => {
    expect(references.filter((reference) => reference.kind === kind).length).toBeGreaterThan(0);
  });

  test("has a test for every row", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| input"));
    expect(rows.length).toBeGreaterThan(least);
    expect(rows.filter((row) => referencesIn(row).length === 0)).toEqual([]);
  });

  test.each(references)("$part is in $file", ({ file, part }) => {
    const path = new URL(file, urlOf(name));
    expect(existsSync(path), `${file} does not exist: correct docs/evidence/${name}`).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(part);
  });
});

const [faults] = PAGES;

test.each(faults?.kinds ?? [])("docs/promises.md has a line for kind %s", (kind) => {
  const references = referencesIn(readFileSync(urlOf("faults.md"), "utf8"));
  const files = references.filter((reference) => reference.kind === kind).map(({ file }) => file.split("/").at(-1));
  const lines = readFileSync(PROMISES, "utf8").split("\n");
  expect(lines.filter((line) => files.some((file) => line.includes(`[${file}]`)))).not.toEqual([]);
});
