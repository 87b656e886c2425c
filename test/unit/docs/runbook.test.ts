import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KINDS } from "../../../infra/constructs/observability/alarm-kinds.ts";
import { RUNBOOK_ANCHORS } from "../../../infra/constructs/observability/runbook.ts";

const read = (page: string) => readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");

/** Sections of a page by the anchor that GitHub makes of their heading. */
function sectionsOf(page: string): Map<string, string> {
  const [, ...sections] = page.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return [
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
        lines.join("\n"),
      ];
    }),
  );
}

const runbook = sectionsOf(read("runbook.md"));
const alarms = read("alarms.md");

describe.each(Object.entries(RUNBOOK_ANCHORS))("the alarm %s", (kind, anchor) => {
  test("has a section in the runbook", () => {
    expect(runbook.get(anchor)?.trim(), `docs/runbook.md has no section "${anchor}": write it`).toBeTruthy();
  });

  test("is in the table of docs/alarms.md, with its severity and preset", () => {
    const row = alarms.split("\n").find((line) => line.startsWith(`| \`${kind}\` |`)) ?? "";
    const [, , preset = "", severity = ""] = row.split("|").map((cell) => cell.trim());
    const { severity: usual, preset: smallest = "none" } = KINDS[kind as keyof typeof KINDS];
    expect({ severity, preset: preset.split(",")[0] }).toEqual({ severity: usual, preset: smallest });
  });
});
