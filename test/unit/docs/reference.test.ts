import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandsOf } from "../../../lib/cli/commands/index.ts";
import { ROOT } from "./pages.ts";
import { referenceOf } from "./reference.ts";

const FILE = join(ROOT, "docs/operate.md");
const HEADING = "## Reference\n\n";

test("the reference in docs/operate.md is that of the commands; UPDATE_PAGES=1 writes it", () => {
  const commands = commandsOf({ terminal: { out: () => {}, err: () => {} }, signal: new AbortController().signal });
  expect(commands.length).toBeGreaterThan(12);
  const page = readFileSync(FILE, "utf8");
  const [before = ""] = page.split(HEADING);
  const renewed = `${before.trimEnd()}\n\n${HEADING}${referenceOf(commands).trimEnd()}\n`;
  if (process.env.UPDATE_PAGES === "1") {
    writeFileSync(FILE, renewed);
  }
  expect(readFileSync(FILE, "utf8")).toBe(renewed);
});
