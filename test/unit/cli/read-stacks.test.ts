import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStacks } from "../../../lib/cli/assembly/index.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-read-stacks-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each<[string, string | undefined]>([
  ["no manifest", undefined],
  ["a manifest that is no JSON", "<html>"],
  ["a manifest that is no object", "[]"],
])("a folder with %s is wrong usage, which no difference is taken for", (_, manifest) => {
  if (manifest !== undefined) {
    writeFileSync(join(directory, "manifest.json"), manifest);
  }
  expect(() => readStacks(directory, undefined)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("a stack that is not there is wrong usage", () => {
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ version: "1", artifacts: {} }));
  expect(() => readStacks(directory, ["Shop"])).toThrow(expect.objectContaining({ exitCode: 2 }));
});
