import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { changelog, evidencePages, lineAt, type Page, prose, ROOT, userPages } from "./pages.ts";

const PAGES = [...userPages(), ...evidencePages(), changelog()];

/** Paths that decisions name as they were. */
const GONE: readonly string[] = ["lib/consume/maybe-promise.ts"];

/** The anchors that a page's headings make, as GitHub does. */
function anchorsOf(text: string): Set<string> {
  const headings = prose(text, { tables: true }).match(/^#+ .+$/gm) ?? [];
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links that lead nowhere. */
function brokenLinks({ path, text }: Page): string[] {
  const links = [...prose(text, { tables: true }).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  return links.flatMap(({ 1: target = "", 2: anchor, index }) => {
    const file = target === "" ? path : posix.join(posix.dirname(path), target);
    const exists = existsSync(join(ROOT, file));
    const found = exists && (anchor === undefined || anchorsOf(readFileSync(join(ROOT, file), "utf8")).has(anchor));
    return found ? [] : [`${path}:${lineAt(text, index)}: no ${file}${anchor === undefined ? "" : `#${anchor}`}`];
  });
}

/** Paths of sources and tests in code spans that do not exist. */
function missingPaths({ path, text }: Page): string[] {
  const spans = [...prose(text, { tables: true }).matchAll(/`((?:lib|infra|lambdas|test|bench)\/[\w./-]*)`/g)];
  return spans.flatMap(({ 1: named = "", index }) =>
    existsSync(join(ROOT, named)) || GONE.includes(named) ? [] : [`${path}:${lineAt(text, index)}: no ${named}`],
  );
}

describe("the documentation", () => {
  test.each(PAGES)("$path has only links that lead somewhere", (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test.each(PAGES)("$path names only files and folders that exist", (page) => {
    expect(missingPaths(page)).toEqual([]);
  });

  test("has no broken link or path that these checks overlook", () => {
    const text = "# One\n\n[a](#one) [b](#two)\n[c](none.md) `lib/index.ts` `lib/none.ts`\n";
    expect(brokenLinks({ path: "README.md", text })).toEqual([
      "README.md:3: no README.md#one",
      "README.md:3: no README.md#two",
      "README.md:4: no none.md",
    ]);
    expect(missingPaths({ path: "README.md", text })).toEqual(["README.md:4: no lib/none.ts"]);
  });
});

describe("docs/architecture.md", () => {
  const architecture = PAGES.find(({ path }) => path === "docs/architecture.md")?.text ?? "";
  const section = (title: string) => architecture.split(/^## /m).find((part) => part.startsWith(title)) ?? "";

  test("tells the way of a delivery in under a page", () => {
    const words = section("The way of a delivery").split(/\s+/).length;
    expect(words).toBeGreaterThan(100);
    expect(words).toBeLessThan(500);
  });

  test("has each term of the glossary once, in one line, in alphabetical order", () => {
    const terms = [...section("Glossary").matchAll(/^\| (?!term |---)([^|]+) \| [^|]+ \|$/gm)].map(
      ([, term = ""]) => term,
    );
    expect(terms.length).toBeGreaterThan(30);
    expect(terms).toEqual([...new Set(terms)].sort((a, b) => a.localeCompare(b, "en")));
  });
});
