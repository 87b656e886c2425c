import { dirname, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTS } from "./rules.ts";
import { EXISTING_FOLDERS, exists, FILES, read } from "./sources.ts";

const FOLDERS_OF_FILES = [...new Set(FILES.map((file) => dirname(file)))];

/** Prose and tables, without the code blocks. */
const proseOf = (document: string): string => read(document).replace(/^```[\s\S]*?^```/gm, "");

/** Paths in backticks: from the root (`lib/wire`), a file by its end (`receive/poller.ts`), a room by its name (`engine/`). */
function pathsIn(document: string): string[] {
  const quoted = [...proseOf(document).matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\/?)`/g)].map((match) => match[1] ?? "");
  return quoted.filter((path) => isFromRoot(path) || path.endsWith(".ts") || path.endsWith("/"));
}

function isFromRoot(path: string): boolean {
  return /^(lib|infra|lambdas|test|bench|docs)\//.test(path);
}

function isThere(path: string): boolean {
  if (isFromRoot(path)) {
    return exists(path);
  }
  const end = `/${path.replace(/\/$/, "")}`;
  return exists(path) || [...FILES, ...FOLDERS_OF_FILES].some((each) => each.endsWith(end));
}

describe.each(DOCUMENTS)("%s", (document) => {
  it("names paths", () => {
    expect(pathsIn(document).length).toBeGreaterThan(10);
  });

  it("names only files and folders that exist", () => {
    const missing = [...new Set(pathsIn(document))].filter((path) => !isThere(path));
    expect(missing.map((path) => `${document} names \`${path}\`, which does not exist: correct the page`)).toEqual([]);
  });

  it("links only to files that exist", () => {
    const links = [...proseOf(document).matchAll(/\]\(([^)#\s]+)/g)].map((match) => match[1] ?? "");
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    const missing = local.filter((link) => !exists(posix.join(posix.dirname(document), link)));
    expect(missing.map((link) => `${document} links to ${link}, which does not exist: correct the page`)).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  it("describes every folder of the table", () => {
    const named = new Set(pathsIn("docs/architecture.md").map((path) => path.replace(/\/$/, "")));
    const missing = EXISTING_FOLDERS.filter((folder) => folder.startsWith("lib/") && !named.has(folder));
    expect(missing.map((folder) => `docs/architecture.md does not name \`${folder}\`: add a line about it`)).toEqual(
      [],
    );
  });
});
