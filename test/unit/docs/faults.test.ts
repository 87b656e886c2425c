import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const PAGE = new URL("../../../docs/evidence/faults.md", import.meta.url);
const PROMISES = new URL("../../../docs/promises.md", import.meta.url);

/** The kinds of faults, by the headings of the page. */
const KINDS = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "Proof"];

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

const references = referencesIn(readFileSync(PAGE, "utf8"));

describe("docs/evidence/faults.md", () => {
  test.each(KINDS)("has tests for kind %s", (kind) => {
    expect(references.filter((reference) => reference.kind === kind).length).toBeGreaterThan(0);
  });

  test("has a test for every row", () => {
    const rows = readFileSync(PAGE, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| input"));
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => referencesIn(row).length === 0)).toEqual([]);
  });

  test.each(references)("$part is in $file", ({ file, part }) => {
    const path = new URL(file, PAGE);
    expect(existsSync(path), `${file} does not exist: correct docs/evidence/faults.md`).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(part);
  });
});

test.each(KINDS)("docs/promises.md has a line for kind %s", (kind) => {
  const files = references.filter((reference) => reference.kind === kind).map(({ file }) => file.split("/").at(-1));
  const lines = readFileSync(PROMISES, "utf8").split("\n");
  expect(lines.filter((line) => files.some((file) => line.includes(`[${file}]`)))).not.toEqual([]);
});
