import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { type Report, reportOf } from "../../../../infra/demo/report/report.ts";
import { textReport } from "../../../../infra/demo/report/text.ts";
import type { Tally } from "../../../../infra/demo/tally.ts";

const tally: Tally = {
  name: "notification",
  published: 619,
  filtered: 475,
  delivered: 144,
  processed: 142,
  duplicates: 0,
  retried: 6,
  deadLettered: 2,
  expired: 0,
  ignored: 0,
  lost: 0,
  unexpected: [],
};

const parts: Omit<Report, "ok"> = {
  seconds: 12.34,
  subscribers: [tally],
  deadLetters: [{ subscriber: "notification", error: "SchemaMismatch", message: "m".repeat(200) }],
  checks: [{ name: "notification", ok: true, detail: "142 mails" }],
  problems: [],
};

const print = (change: Partial<Report> = {}) => textReport(reportOf({ ...parts, ...change }), pc.createColors(false));

describe("textReport", () => {
  it("shows the counts of each subscriber, the reasons, and the verdict", () => {
    const lines = print().split("\n");
    const row = lines.find((line) => line.startsWith("notification"));
    expect(row?.trim().split(/\s+/)).toEqual("notification 619 475 144 142 0 6 0 2 0".split(" "));
    expect(print()).toMatch(/notification\s+SchemaMismatch\s+m+…/);
    expect(print()).toContain("Nothing lost, nothing unexpected, in 12.3 s.");
  });

  it("fits into a terminal of 100 columns", () => {
    expect(
      Math.max(
        ...print()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  it("shows what is wrong, but not a thousand lines of it", () => {
    const unexpected = Array.from({ length: 1_000 }, (_unused, index) => `not processed order-${index}`);
    const text = print({ subscribers: [{ ...tally, lost: 1_000, unexpected }], problems: ["a batch failed"] });
    expect(text).toContain("Unexpected at notification:\n  not processed order-0\n");
    expect(text).toContain("and 995 more");
    expect(text).toContain("Problems:\n  a batch failed");
    expect(text).toContain("Something is wrong");
  });
});
