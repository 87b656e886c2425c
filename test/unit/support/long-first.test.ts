import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { LONG, longFirst } from "../../support/long-first.ts";

const ROOT = join(import.meta.dirname, "../../..");

test.each(LONG)("%s, which starts first, exists", (file) => {
  expect(existsSync(join(ROOT, file)), `delete ${file} from test/support/long-first.ts`).toBe(true);
});

test("long files start before the others of their project, and their projects before others", () => {
  const [longest = "", second = ""] = LONG;
  const given = [
    { project: "mocks", file: "test/mocks/b.test.ts" },
    { project: "unit", file: "test/unit/a.test.ts" },
    { project: "unit", file: second },
    { project: "unit", file: "test/unit/c.test.ts" },
    { project: "unit", file: longest },
  ].map(({ project, file }) => ({ project, moduleId: join(ROOT, file) }));
  expect(longFirst(given, ROOT).map(({ moduleId }) => relative(ROOT, moduleId).replaceAll("\\", "/"))).toEqual([
    longest,
    second,
    "test/unit/a.test.ts",
    "test/unit/c.test.ts",
    "test/mocks/b.test.ts",
  ]);
});
