import { describe, expect, test } from "vitest";
import { Delivery, type Logger, type Outcome, unclaimedExecution } from "../../../../lib/consume/record/index.ts";
import { afterIdConflict } from "../../../../lib/consume/settle/id-conflict.ts";
import { EVENT, record, silent } from "../support.ts";

const CONFLICT: Outcome = { kind: "duplicate", conflict: { handled: "aaaa", received: "bbbb" } };
const MESSAGE = "an event with the same id and other data was handled";

function becomes(outcome: Outcome, idConflict: "warn" | "dead-letter" | "ignore") {
  const warnings: Parameters<Logger["warn"]>[] = [];
  const logger: Logger = { ...silent, warn: (...line) => void warnings.push(line) };
  const delivery = new Delivery(record({}, { messageId: "m1" }));
  const became = afterIdConflict(outcome, unclaimedExecution(delivery, outcome, EVENT), { idConflict, logger });
  return { became, warnings };
}

describe("an event that has other data than the one that was handled under its id", () => {
  test("stays a duplicate with a warning that names both digests", () => {
    const { became, warnings } = becomes(CONFLICT, "warn");
    expect(became).toBe(CONFLICT);
    const fields = { messageId: "m1", eventId: "e1", handled: "aaaa", received: "bbbb" };
    expect(warnings).toEqual([[MESSAGE, expect.objectContaining(fields)]]);
  });

  test("is dead-lettered where that is configured, and says what to do", () => {
    const { became, warnings } = becomes(CONFLICT, "dead-letter");
    expect(became).toMatchObject({
      kind: "deadLettered",
      error: {
        code: "IdConflict",
        field: "id",
        summary: `${MESSAGE}: digests "aaaa" there, "bbbb" here`,
        remedy: "give each event its own id",
      },
    });
    expect(warnings).toEqual([]);
  });
});

test.each<Outcome>([
  { kind: "duplicate" },
  { kind: "done" },
  { kind: "retry", cause: "handler", error: new Error("no") },
])("%j stays as it is", (outcome) => {
  for (const idConflict of ["warn", "dead-letter", "ignore"] as const) {
    expect(becomes(outcome, idConflict)).toEqual({ became: outcome, warnings: [] });
  }
});
