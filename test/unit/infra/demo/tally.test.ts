import type { ConsumerOutcome } from "fanfare/testing";
import { describe, expect, it } from "vitest";
import { Plan } from "../../../../infra/demo/plan.ts";
import { reportOf } from "../../../../infra/demo/report/report.ts";
import { Journal } from "../../../../infra/demo/stage/journal.ts";
import { differences, tallyOf } from "../../../../infra/demo/tally.ts";

const deadLetter = (messageId: string, error: string) => ({ messageId, body: "", error, message: "", attempt: 1 });

type Entry = Pick<ConsumerOutcome, "outcome" | "messageId"> & Partial<ConsumerOutcome>;

const NOTHING = {
  ...{ consumer: "orders.Billing", queue: "billing", event: undefined, eventId: undefined, attempt: 1 },
  ...{ cause: undefined, afterSeconds: undefined, error: undefined },
};

function told(...entries: readonly Entry[]): Journal {
  const journal = new Journal();
  for (const entry of entries) {
    journal.note({ outcome: { ...NOTHING, ...entry } });
  }
  return journal;
}

function planned(): Plan {
  const plan = new Plan();
  plan.expect("billing", "a", { kind: "processed" });
  plan.expect("billing", "a", { kind: "duplicate" });
  plan.expect("billing", "b", { kind: "deadLettered", error: "BodyMalformed" });
  plan.expect("billing", "c", { kind: "filtered" });
  return plan;
}

const GOOD: readonly Entry[] = [
  { outcome: "retry", messageId: "1", eventId: "a" },
  { outcome: "done", messageId: "1", eventId: "a" },
  { outcome: "duplicate", messageId: "2", eventId: "a" },
  { outcome: "deadLettered", messageId: "3" },
];

describe("tallyOf", () => {
  it("counts messages by their outcomes", () => {
    expect(
      tallyOf("billing", planned().of("billing"), told(...GOOD), [deadLetter("3", "BodyMalformed")]),
    ).toStrictEqual({
      name: "billing",
      published: 4,
      filtered: 1,
      delivered: 3,
      processed: 1,
      duplicates: 1,
      retried: 1,
      deadLettered: 1,
      expired: 0,
      ignored: 0,
      lost: 0,
      unexpected: [],
    });
  });

  it("finds what is lost", () => {
    const tally = tallyOf("billing", planned().of("billing"), told(...GOOD.slice(1, 3)), []);
    expect(tally.lost).toBe(1);
    expect(tally.unexpected).toContain("not dead-lettered as BodyMalformed");
  });

  it("finds what was processed twice, and what should not have come", () => {
    const journal = told(
      ...GOOD,
      { outcome: "done", messageId: "4", eventId: "a" },
      { outcome: "done", messageId: "5", eventId: "c" },
    );
    const { unexpected } = tallyOf("billing", planned().of("billing"), journal, [deadLetter("3", "BodyMalformed")]);
    expect(unexpected).toEqual(["processed a too often", "processed c too often"]);
  });

  it("finds a dead letter with another reason, or with none", () => {
    const { unexpected } = tallyOf("billing", planned().of("billing"), told(...GOOD), [deadLetter("3", "none")]);
    expect(unexpected).toEqual(["not dead-lettered as BodyMalformed", "dead-lettered as none too often"]);
  });

  it("knows uploads by their key", () => {
    const plan = new Plan();
    plan.expect("thumbnailer", "photos/cat.png", { kind: "processed" });
    const journal = told({
      outcome: "done",
      messageId: "1",
      eventId: "photos/cat.png#0055AED6",
      consumer: "images.Thumbnailer",
    });
    expect(tallyOf("thumbnailer", plan.of("thumbnailer"), journal, []).unexpected).toEqual([]);
  });
});

describe("Journal", () => {
  it("passes over outcomes of consumers that are not the app's", () => {
    const journal = told({ outcome: "done", consumer: "others.Billing", messageId: "1" });
    expect(journal.entries("billing")).toEqual([]);
    expect(journal.settled("billing")).toBe(0);
  });

  it("keeps the first end of a message that was redelivered before it was deleted", () => {
    const journal = told({ outcome: "done", messageId: "1" }, { outcome: "duplicate", messageId: "1" });
    expect(journal.ended("billing", "done")).toHaveLength(1);
    expect(journal.ended("billing", "duplicate")).toHaveLength(0);
  });
});

describe("differences", () => {
  it("compares lists whatever their order, and counts", () => {
    expect(differences("seen", ["a", "b", "b"], ["b", "a", "b"])).toEqual([]);
    expect(differences("seen", ["a", "b", "b"], ["a", "a", "a"])).toEqual([
      "seen a 2 times too often",
      "not seen b 2 times",
    ]);
  });
});

describe("reportOf", () => {
  const tally = tallyOf("billing", planned().of("billing"), told(...GOOD), [deadLetter("3", "BodyMalformed")]);
  const parts = { seconds: 1, subscribers: [tally], deadLetters: [], checks: [], problems: [] };

  it("is good when nothing is wrong", () => {
    expect(reportOf(parts).ok).toBe(true);
  });

  it.each([
    ["something is lost", { subscribers: [{ ...tally, lost: 1 }] }],
    ["something is unexpected", { subscribers: [{ ...tally, unexpected: ["x"] }] }],
    ["a check fails", { checks: [{ name: "billing", ok: false, detail: "" }] }],
    ["the runtime complains", { problems: ["a batch failed"] }],
  ])("is bad when %s", (_what, change) => {
    expect(reportOf({ ...parts, ...change }).ok).toBe(false);
  });
});
