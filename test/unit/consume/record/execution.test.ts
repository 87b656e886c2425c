import { describe, expect, test } from "vitest";
import {
  Delivery,
  duplicateOf,
  executionOf,
  unclaimed,
  unclaimedExecution,
} from "../../../../lib/consume/record/index.ts";
import { EVENT, record } from "../support.ts";

const delivery = new Delivery(record({}));

test("an event that may be handled without a claim holds none, and counts no starts", () => {
  const received = { info: EVENT, data: {}, key: "key" };
  expect(unclaimed(delivery, received)).toStrictEqual({
    kind: "ready",
    delivery,
    event: received,
    claimed: false,
    tries: undefined,
    interrupted: false,
  });
});

describe("what a delivery comes to", () => {
  test("has no claim to end and no key where its event was not claimed", () => {
    expect(unclaimedExecution(delivery, { kind: "ignored" }, EVENT)).toStrictEqual({
      delivery,
      event: EVENT,
      key: undefined,
      outcome: { kind: "ignored" },
      claim: "none",
      tries: undefined,
      interrupted: false,
    });
  });

  test("counts as interrupted only where an earlier worker disappeared with the event", () => {
    const decoded = { delivery, event: { info: EVENT, data: {}, key: "key" } };
    const interruptedOf = (more: { interrupted?: boolean }) =>
      executionOf({ ...decoded, ...more }, { kind: "done" }, "complete").interrupted;
    expect([interruptedOf({}), interruptedOf({ interrupted: false }), interruptedOf({ interrupted: true })]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("a delivery of an event that is done", () => {
  test("is in conflict where the data that was handled differs", () => {
    expect(duplicateOf({ digest: "ours" }, "theirs")).toEqual({
      kind: "duplicate",
      conflict: { handled: "theirs", received: "ours" },
    });
  });

  test.each<[string, string | undefined, string | undefined]>([
    ["the data is the same", "same", "same"],
    ["its data is not compared", undefined, "theirs"],
    ["the data that was handled is not known", "ours", undefined],
  ])("is an ordinary duplicate where %s", (_, digest, handled) => {
    expect(duplicateOf({ digest }, handled)).toStrictEqual({ kind: "duplicate" });
  });
});
