import { Annotations } from "aws-cdk-lib/assertions";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { type AlarmPreset, FanoutTopic } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, Match, newStack, templateOf } from "./support.ts";

/** A topic with subscribers that have handlers; everything else by default. */
function stackOf(subscribers: number, preset?: AlarmPreset) {
  const stack = newStack();
  const actionTopic = new sns.Topic(stack, "Ops");
  const alarms = preset === undefined ? { actionTopic } : { actionTopic, preset };
  const topic = new FanoutTopic(stack, "Orders", { contract: orders, alarms });
  for (let index = 0; index < subscribers; index += 1) {
    topic.fanOut(`S${index}`, { handler: BILLING });
  }
  return stack;
}

describe("resources of a subscriber", () => {
  // The table of costs in docs/alarms.md states these.
  test.each<[AlarmPreset | undefined, number]>([
    [undefined, 12],
    ["lean", 11],
    ["full", 21],
  ])("with the preset %s are %d", (preset, expected) => {
    const resourcesOf = (count: number) =>
      Object.keys((templateOf(stackOf(count, preset)).toJSON() as { Resources: object }).Resources).length;
    expect(resourcesOf(2) - resourcesOf(1)).toBe(expected);
  });
});

describe("a stack that is nearly full", () => {
  const warningsOf = (subscribers: number) =>
    Annotations.fromStack(stackOf(subscribers)).findWarning("*", Match.stringLikeRegexp("CloudFormation accepts 500"));

  test("is one warning, with the remedy", () => {
    const [warning, ...others] = warningsOf(34);
    expect(others).toEqual([]);
    expect(String(warning?.entry.data)).toContain("fanOut(id, { scope: otherStack, ... })");
  });

  test("is not one with fewer subscribers", () => {
    expect(warningsOf(30)).toEqual([]);
  });
});
