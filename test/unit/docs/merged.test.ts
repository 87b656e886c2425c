import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

const pages = [".", "docs", "docs/evidence"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

describe("pages", () => {
  test.each(pages)("%s has no marker of an unfinished merge", (page) => {
    const markers = readFileSync(join(ROOT, page), "utf8").match(/^(?:<{7}|={7}|>{7})(?: .*)?$/gm);
    expect(markers).toBeNull();
  });
});
