import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** What a row of a page of evidence says: a part of a file is what holds it. */
export interface Reference {
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

/**
 * Tests that every row of a page names a test that exists.
 *
 * @param name of the page in `docs/evidence`
 * @param kinds beginnings of the page's headings, each of which has tests
 * @param least rows of the page
 */
export function testReferences(name: string, kinds: readonly string[], least: number): readonly Reference[] {
  const page = new URL(`../../../docs/evidence/${name}`, import.meta.url);
  const text = readFileSync(page, "utf8");
  const references = referencesIn(text);
  describe(`docs/evidence/${name}`, () => {
    test.each(kinds)("has tests for kind %s", (kind) => {
      expect(references.filter((reference) => reference.kind === kind).length).toBeGreaterThan(0);
    });

    test("has a test for every row", () => {
      const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| input"));
      expect(rows.length).toBeGreaterThan(least);
      expect(rows.filter((row) => referencesIn(row).length === 0)).toEqual([]);
    });

    test.each(references)("$part is in $file", ({ file, part }) => {
      const path = new URL(file, page);
      expect(existsSync(path), `${file} does not exist: correct docs/evidence/${name}`).toBe(true);
      expect(readFileSync(path, "utf8")).toContain(part);
    });
  });
  return references;
}
