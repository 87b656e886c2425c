import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { INCIDENTS, type Incident, pageOf } from "../../campaigns/incidents/paths.ts";

const RUNBOOK = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");
const EVIDENCE = new URL("../../../docs/evidence/incidents.md", import.meta.url);
const incidents: readonly Incident[] = Object.values(INCIDENTS);

/** The commands of the first block of a section. */
function commandsOf(section: string): readonly string[] {
  const [, after = ""] = RUNBOOK.split(`## ${section}\n`);
  const [own = ""] = after.split("\n## ");
  return /```sh\n([\s\S]*?)\n```/.exec(own)?.[1]?.split("\n") ?? [];
}

describe.each(incidents)("$title", ({ section, steps, without }) => {
  test("has a section in the runbook, with the commands that the campaign runs", () => {
    expect(commandsOf(section)).toEqual(steps.map(({ command }) => command));
  });

  test("is solved in at most six commands, and in fewer than without Fanfare", () => {
    expect(steps.length).toBeLessThanOrEqual(6);
    expect(steps.length).toBeLessThan(without.length);
  });
});

test("docs/evidence/incidents.md is what paths.ts says; UPDATE_PAGES=1 writes it", () => {
  const page = pageOf(INCIDENTS);
  if (process.env.UPDATE_PAGES === "1") {
    writeFileSync(EVIDENCE, page);
  }
  expect(readFileSync(EVIDENCE, "utf8")).toBe(page);
});
