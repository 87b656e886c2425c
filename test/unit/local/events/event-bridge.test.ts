import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EventBridge, type Rule, type RuleTarget } from "../../../../lib/local/events/index.ts";

const target = (arn: string, more: Partial<RuleTarget> = {}): RuleTarget => ({
  arn,
  input: undefined,
  inputPath: undefined,
  inputTransformer: undefined,
  messageGroupId: undefined,
  ...more,
});

const rule = (more: Partial<Rule>): Rule => ({
  arn: "arn:aws:events:eu-central-1:000000000000:rule/tick",
  busName: "default",
  enabled: true,
  pattern: undefined,
  schedule: undefined,
  targets: [target("arn:aws:sqs:eu-central-1:000000000000:work")],
  region: "eu-central-1",
  accountId: "000000000000",
  ...more,
});

let sent: [string, string][];
let problems: string[];
let bridge: EventBridge;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-29T10:00:00Z") });
  sent = [];
  problems = [];
  bridge = new EventBridge({
    now: () => Date.now(),
    send: async (arn, text) => {
      if (arn.endsWith("broken")) {
        throw new Error("gone");
      }
      sent.push([arn.split(":").at(-1) ?? "", text]);
    },
    onProblem: (message) => problems.push(message),
  });
});

afterEach(() => {
  bridge.close();
  vi.useRealTimers();
});

it("runs rules and schedules at their times, and none that is disabled", async () => {
  const schedule = { name: "s", enabled: true, timeZone: "UTC", target: target("arn:aws:sqs:::once", { input: "x" }) };
  bridge.apply(
    [rule({ schedule: "rate(1 minute)" }), rule({ schedule: "rate(1 minute)", enabled: false })],
    [
      { ...schedule, expression: "at(2026-11-29T10:01:30)" },
      { ...schedule, expression: "at(2026-11-29T10:01:30)", enabled: false },
    ],
  );
  await vi.advanceTimersByTimeAsync(59_000);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(3 * 60_000);
  expect(sent.map(([name]) => name)).toEqual(["work", "once", "work", "work"]);
  expect(JSON.parse(sent[0]?.[1] ?? "")).toMatchObject({
    source: "aws.events",
    "detail-type": "Scheduled Event",
    time: "2026-11-29T10:01:00Z",
    resources: ["arn:aws:events:eu-central-1:000000000000:rule/tick"],
    detail: {},
  });
  expect(sent[1]).toEqual(["once", "x"]);
});

it("waits for what is further away than a timer of Node.js can wait", async () => {
  bridge.apply([rule({ schedule: "rate(40 days)" })], []);
  await vi.advanceTimersByTimeAsync(39 * 86_400_000);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(sent).toHaveLength(1);
});

it("runs nothing any more once it is closed, nor what a new deployment has not", async () => {
  bridge.apply([rule({ schedule: "rate(1 minute)" })], []);
  bridge.apply([], []);
  await vi.advanceTimersByTimeAsync(120_000);
  bridge.apply([rule({ schedule: "rate(1 minute)" })], []);
  bridge.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sent).toEqual([]);
});

it("tells what a target refuses, and delivers to the others", async () => {
  const targets = [target("arn:aws:sqs:::broken"), target("arn:aws:sqs:::fine")];
  bridge.apply([rule({ pattern: '{"source":["shop"]}', targets })], []);
  await bridge.put({ source: "shop" });
  expect(sent.map(([name]) => name)).toEqual(["fine"]);
  expect(problems).toEqual([expect.stringMatching(/broken did not get an event.*gone/)]);
  expect(bridge.pending).toBe(0);
});

it.each([
  ['"order <id> of <who>"', '"order 1 \\"x\\" of "'],
  ['{"id": <id>, "list": <list>, "none": <who>}', '{"id": "1 \\"x\\"", "list": [1,2], "none": null}'],
  ['{"rule": "<aws.events.rule-name>", "all": <aws.events.event.json>}', '{"rule": "tick", "all": EVENT}'],
  ['{"other": "<unknown>"}', '{"other": "<unknown>"}'],
])("makes an input of the template %s", async (template, expected) => {
  const event = { source: "shop", detail: { id: '1 "x"', list: [1, 2] } };
  const paths = { id: "$.detail.id", list: "$.detail.list", who: "$.detail.who" };
  bridge.apply(
    [rule({ pattern: '{"source":["shop"]}', targets: [target("a:w", { inputTransformer: { paths, template } })] })],
    [],
  );
  await bridge.put(event);
  expect(sent[0]?.[1]).toBe(expected.replace("EVENT", JSON.stringify(event)));
});
