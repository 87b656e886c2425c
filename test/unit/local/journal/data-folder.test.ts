import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDataFolder } from "../../../../lib/local/common/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-data-folder-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["a file", "file"],
  ["a folder in a file", "file/data"],
])("%s is refused as a data folder, with what to do, and stays as it is", (_, name) => {
  writeFileSync(join(folder, "file"), "mine");
  expect(() => createDataFolder(join(folder, name))).toThrow(
    expect.objectContaining({ code: "DataInvalid", remedy: "give --data a folder that exists or can be created" }),
  );
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("mine");
});

test("a folder is created with those above it, and may exist", () => {
  createDataFolder(join(folder, "new", "data"));
  createDataFolder(join(folder, "new", "data"));
});
