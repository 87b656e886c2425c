import { describe, expect, test } from "vitest";
import { BlockedGroups, Delivery } from "../../../../lib/consume/record/index.ts";
import { record } from "../support.ts";

const inGroup = (group?: string) => new Delivery(record("{}", group === undefined ? {} : { group }));

describe("after a message that is redelivered", () => {
  test("the rest of its group is redelivered at the same time, because of the group and not of an error", () => {
    const groups = new BlockedGroups();
    const outcome = { kind: "retry", cause: "handler", error: new Error("no"), afterSeconds: 5 } as const;
    groups.note({ delivery: inGroup("a"), outcome });
    groups.note({ delivery: inGroup("a"), outcome: { ...outcome, afterSeconds: 9 } });
    expect(groups.outcomeOf(inGroup("a"))).toStrictEqual({
      kind: "retry",
      cause: "group",
      error: undefined,
      afterSeconds: 5,
    });
    expect(groups.outcomeOf(inGroup("b"))).toBeUndefined();
  });

  test("no other message waits where the queue has no order", () => {
    const groups = new BlockedGroups();
    groups.note({ delivery: inGroup(), outcome: { kind: "retry", cause: "handler", error: undefined } });
    expect(groups.outcomeOf(inGroup())).toBeUndefined();
  });
});

test("a message that is done blocks none of its group", () => {
  const groups = new BlockedGroups();
  groups.note({ delivery: inGroup("a"), outcome: { kind: "done" } });
  expect(groups.outcomeOf(inGroup("a"))).toBeUndefined();
});
