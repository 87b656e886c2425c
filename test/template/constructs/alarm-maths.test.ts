/** Each alarm with numbers: it goes off in the situation that it is for, and stays silent in the quiet ones. */
import { Duration } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { type AlarmKind, RUNBOOK_ANCHORS } from "../../../infra/constructs/index.ts";
import { type AlarmProperties, evaluate, type Series, statesOf } from "./metric-math.ts";
import { BILLING, newTopic, templateOf } from "./support.ts";

interface Stat {
  readonly Metric: { readonly MetricName: string };
  readonly Period: number;
  readonly Stat: string;
}
interface Alarm extends AlarmProperties {
  readonly AlarmDescription: string;
  readonly Metrics?: readonly { readonly Id: string; readonly Expression?: string; readonly MetricStat?: Stat }[];
}

const topic = newTopic({ alarms: { preset: "full" } });
topic.fanOut("Billing", { handler: { ...BILLING, timeout: Duration.seconds(30) } });
const ALARMS = Object.values(templateOf(topic).findResources("AWS::CloudWatch::Alarm")).map(
  ({ Properties }) => Properties as Alarm,
);

function alarmOf(kind: AlarmKind): Alarm {
  const alarm = ALARMS.find(({ AlarmDescription }) => AlarmDescription.endsWith(`#${RUNBOOK_ANCHORS[kind]}`));
  if (alarm === undefined) {
    throw new Error(`no alarm ${kind}`);
  }
  return alarm;
}

/** The periods, from 0, in which an alarm is in the state ALARM. Metrics are named as in its expression; without one, `value`. */
function ringsIn(kind: AlarmKind, metrics: Readonly<Record<string, Series>>): number[] {
  const alarm = alarmOf(kind);
  const { length } = Object.values(metrics)[0] ?? [];
  const expression = alarm.Metrics?.flatMap(({ Expression = [] }) => Expression).join() ?? "value";
  // At each time, only what was published until then is known.
  const states = Array.from({ length: length ?? 0 }, (_, now) => {
    const known = Object.entries(metrics).map(([id, series]) => [id, series.slice(0, now + 1)] as const);
    return evaluate(expression, Object.fromEntries(known));
  });
  let before = "INSUFFICIENT_DATA";
  return states.flatMap((series, now) => {
    const state = statesOf(alarm, series).at(-1) ?? before;
    // A state that is kept is that of the period before, with what was known then.
    const kept =
      alarm.TreatMissingData === "ignore" &&
      series.slice(-alarm.EvaluationPeriods - 2).every((value) => value === undefined);
    before = kept ? before : state;
    return before === "ALARM" ? [now] : [];
  });
}

const none = (length = 8): Series => Array.from({ length }, () => undefined);
const all = (value: number, length = 8): Series => Array.from({ length }, () => value);

describe("dead letters", () => {
  test("ring with one message in either queue, also while the other has no metrics", () => {
    expect(ringsIn("deadLetterQueueDepth", { m0: [0, 0, 1, 1], m1: none(4) })).toEqual([2, 3]);
    expect(ringsIn("deadLetterQueueDepth", { m0: none(4), m1: [undefined, 1, 1, 1] })).toEqual([1, 2, 3]);
  });

  test("keep ringing while the latest minute of one queue, or of both, is not published yet", () => {
    expect(ringsIn("deadLetterQueueDepth", { m0: [1, 1, 1, undefined], m1: none(4) })).toEqual([0, 1, 2, 3]);
    expect(ringsIn("deadLetterQueueDepth", { m0: [1, 1, 1, undefined], m1: all(0, 4) })).toEqual([0, 1, 2, 3]);
  });

  test("ring although the latest minute is never published in time", () => {
    // What the alarm reads in each minute ends one minute before.
    const late: Series = [0, 0, 1, 1, 1, undefined];
    expect(statesOf(alarmOf("deadLetterQueueDepth"), evaluate("m0 + m1", { m0: late, m1: none(6) })).at(-1)).toBe(
      "ALARM",
    );
  });

  test("are silent without data, and when they are gone", () => {
    expect(ringsIn("deadLetterQueueDepth", { m0: none(), m1: none() })).toEqual([]);
    expect(ringsIn("deadLetterQueueDepth", { m0: [2, 0, 0, 0, 0, 0], m1: all(0, 6) })).toEqual([0, 1, 2]);
  });
});

describe("the rate of dead letters", () => {
  test("rings for a burst, also the first of a queue that had no metrics", () => {
    expect(ringsIn("deadLetterRate", { depth: [0, 0, 50, 50, 50] })).toEqual([2, 3]);
    expect(ringsIn("deadLetterRate", { depth: [undefined, undefined, 100, 100, 100, 100] })).toEqual([2, 3]);
  });

  test("is silent for a few, for those that only wait, and for a redrive", () => {
    expect(ringsIn("deadLetterRate", { depth: [0, 1, 2, 3, 4] })).toEqual([]);
    expect(ringsIn("deadLetterRate", { depth: all(500) })).toEqual([]);
    expect(ringsIn("deadLetterRate", { depth: [500, 250, 0, 0] })).toEqual([]);
    expect(ringsIn("deadLetterRate", { depth: none() })).toEqual([]);
  });
});

describe("the time to drain", () => {
  const drain = (visible: Series, done: Series, arriving: Series) => ringsIn("drainTime", { visible, done, arriving });

  test("rings when nothing is done, or less than arrives, after 15 minutes", () => {
    expect(drain([0, 100, 200, 300, 400], all(0, 5), all(100, 5))).toEqual([3, 4]);
    expect(drain([500, 510, 520, 530], all(490, 4), all(500, 4))).toEqual([2, 3]);
  });

  test("rings when the backlog would take more than an hour", () => {
    // 100,000 / ((1,100 - 1,000) / 5 minutes) is 5,000 minutes.
    expect(drain(all(100_000, 4), all(1_100, 4), all(1_000, 4))).toEqual([2, 3]);
  });

  test("is silent for an idle night, with and without data", () => {
    expect(drain(all(0), all(0), all(0))).toEqual([]);
    expect(drain(none(), none(), none())).toEqual([]);
  });

  test("is silent for steady traffic, of which some messages always wait", () => {
    expect(drain(all(100), all(1_000), all(1_000))).toEqual([]);
    expect(drain(all(150), all(1_000), all(1_001))).toEqual([]);
  });

  test("is silent for one burst that is worked off", () => {
    const visible = [0, 10_000, 5_000, 0, 0];
    expect(drain(visible, [0, 0, 5_000, 5_000, 0], [0, 10_000, 0, 0, 0])).toEqual([]);
  });
});

describe("redeliveries", () => {
  const redeliveries = (received: Series, done: Series) => ringsIn("redeliveries", { received, done });

  test("ring when handlers fail for half an hour", () => {
    expect(redeliveries([100, 130, 130, 130], [100, 100, 100, 100])).toEqual([2, 3]);
    expect(redeliveries(all(30, 3), none(3))).toEqual([1, 2]);
  });

  test("are silent for a batch at the end of a period, that is deleted in the next", () => {
    expect(redeliveries([1_000, 0, 1_000, 0], [0, 1_000, 0, 1_000])).toEqual([]);
    expect(redeliveries(none(), none())).toEqual([]);
    expect(redeliveries(all(0), all(0))).toEqual([]);
  });
});

describe("a queue that is not polled", () => {
  const silent = (received: Series, empty: Series) => ringsIn("notPolled", { received, empty });

  test("rings after 15 minutes without a receive call, and while it then has no metrics", () => {
    expect(silent([10, 0, 0, 0, 0], [50, 0, 0, 0, 0])).toEqual([3, 4]);
    const idle = [undefined, undefined, undefined, undefined, undefined, undefined];
    expect(silent([0, 0, 0, ...idle], [0, 0, 0, ...idle])).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test("rings for the first messages of a queue that was never polled", () => {
    expect(silent([undefined, undefined, 0, 0, 0], [undefined, undefined, 0, 0, 0])).toEqual([4]);
  });

  test("is silent for a new queue without metrics, and for an idle one that is polled", () => {
    expect(silent(none(), none())).toEqual([]);
    expect(silent([undefined, undefined, undefined, 0, 0], [undefined, undefined, undefined, 40, 60])).toEqual([]);
    expect(silent(none(), all(75))).toEqual([]);
    expect(silent(all(0), all(75))).toEqual([]);
  });

  test("is silent while all pollers wait for an invocation, and rings no more once polling begins", () => {
    expect(silent([10, 0, 0, 10, 0, 0, 10], all(0, 7))).toEqual([]);
    expect(silent([0, 0, 0, 5, 5], all(0, 5))).toEqual([2]);
  });
});

test.each<[AlarmKind, Series, number[], Series]>([
  ["deadLetterAge", [0, 600_000, 700_000], [2], all(600_000)],
  ["oldestMessageAge", [10, 899, 901, 1_200], [2, 3], all(300)],
  ["functionErrors", [0, 1, 0], [1], all(0)],
  ["functionThrottles", [5, 5, 5, 0], [2], [5, 5, 0, 5, 5, 0]],
  ["functionDuration", [1_000, 27_001, 1_000], [1], all(27_000)],
  ["failedNotifications", [undefined, 1, undefined], [1, 2], none()],
  ["lostNotifications", [undefined, 1, undefined], [1, 2], none()],
  ["invalidAttributes", [undefined, 1, undefined], [1, 2], none()],
])("%s goes off above its threshold only", (kind, series, rings, quiet) => {
  expect(ringsIn(kind, { value: series })).toEqual(rings);
  expect(ringsIn(kind, { value: quiet })).toEqual([]);
  expect(ringsIn(kind, { value: none() })).toEqual([]);
});

test("every alarm of the preset is tried here", () => {
  expect(ALARMS).toHaveLength(13);
});
