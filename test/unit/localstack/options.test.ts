import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { APP_CASES } from "../../e2e/app/cases/index.ts";
import { FAULTS } from "../../localstack/faults/index.ts";
import { parseOptions } from "../../localstack/options.ts";
import { CASES } from "../../localstack/suite/cases/index.ts";

const ALL_CASES = [...CASES, ...Object.values(APP_CASES).flat()];

describe("parseOptions", () => {
  it("runs on LocalStack unless something else is asked for", () => {
    expect(parseOptions([])).toMatchObject({ targets: ["localstack"], endpoint: undefined, keep: false });
  });

  it("takes several targets, and marks those that nobody asked for by name as optional", () => {
    const { targets, optional } = parseOptions(["--all", "--target", "localstack", "moto"]);
    expect(targets).toEqual(["localstack", "moto", "ministack"]);
    expect([...optional]).toEqual(["ministack"]);
  });

  it.each([
    ["AWS without consent", ["--target", "aws"]],
    ["an unknown target", ["--target", "azure"]],
    ["an endpoint that is none", ["--endpoint", "nowhere"]],
    ["one endpoint for two targets", ["--target", "moto", "ministack", "--endpoint", "http://127.0.0.1:1"]],
    ["an endpoint for AWS", ["--target", "aws", "--yes-create-billable-resources", "--endpoint", "http://127.0.0.1:1"]],
  ])("refuses %s", (_what, argv) => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(() => parseOptions(argv)).toThrow(expect.objectContaining({ name: "CommanderError" }));
    stderr.mockRestore();
  });
});

describe("the table of docs/evidence/emulators.md", () => {
  const text = readFileSync("docs/evidence/emulators.md", "utf8");
  const known = FAULTS.filter(({ targets }) => targets.length > 0);

  it.each(known.map(({ id }) => id))("has the fault %s", (id) => expect(text).toContain(`\`${id}\``));

  it("has no fault that is not tried", () => {
    const section = text.split("\n## ").find((part) => part.startsWith("Faults of the emulators")) ?? "";
    const named = [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id]) => id);
    expect(named.sort()).toEqual(known.map(({ id }) => id).sort());
  });

  it("explains every reason for which a case can be skipped", () => {
    const reasons = new Set(ALL_CASES.flatMap(({ spoiltBy = [] }) => spoiltBy));
    const ids = new Set(FAULTS.map(({ id }) => id));
    expect([...reasons].filter((reason) => !ids.has(reason))).toEqual([]);
  });
});

describe("the suite", () => {
  it("has a name for each case", () => {
    const names = ALL_CASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
