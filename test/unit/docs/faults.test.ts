import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testReferences } from "./references.ts";

const PROMISES = new URL("../../../docs/promises.md", import.meta.url);

/** The kinds of faults, by the headings of the page. */
const KINDS = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "Proof"];

const references = testReferences("faults.md", KINDS, 50);

test.each(KINDS)("docs/promises.md has a line for kind %s", (kind) => {
  const files = references.filter((reference) => reference.kind === kind).map(({ file }) => file.split("/").at(-1));
  const lines = readFileSync(PROMISES, "utf8").split("\n");
  expect(lines.filter((line) => files.some((file) => line.includes(`[${file}]`)))).not.toEqual([]);
});
