import { describe, expect, test } from "vitest";
import { Delivery, type Logger, type Outcome, unclaimedExecution } from "../../../../lib/consume/record/index.ts";
import { logPart, reportOutcome, warnOfRefusedDelay } from "../../../../lib/consume/settle/report.ts";
import { hookFor, type Step } from "../../../../lib/hook/index.ts";
import { RetryError } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { EVENT, QUEUE_ARN, record } from "../support.ts";

type Line = Parameters<Logger["warn"]>;

/** A logger that keeps its lines, as `level message`. */
function keeping() {
  const lines: Line[] = [];
  const at = (level: string) => (message: string, fields: Line[1]) => void lines.push([`${level} ${message}`, fields]);
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { lines, logger };
}

function reported(outcome: Outcome, received = 2, startedAt?: number) {
  const { lines, logger } = keeping();
  const steps: Step[] = [];
  const clock = new FakeClock();
  const hook = hookFor([{ name: "keeps", onStep: (step) => void steps.push(step) }], clock, () => {});
  const delivery = new Delivery(
    record({}, { messageId: "m1", attributes: { ApproximateReceiveCount: String(received) } }),
  );
  const deadLetterQueues = new Map([[QUEUE_ARN, { url: "https://sqs/dlq", maxReceiveCount: 3 }]]);
  const execution = { ...unclaimedExecution(delivery, outcome, EVENT), tries: 1 };
  reportOutcome({ consumer: "billing", clock, logger, hook, deadLetterQueues }, execution, outcome, startedAt);
  return { lines, steps, clock };
}

const no = new TypeError("no");
const error = expect.objectContaining({ name: "TypeError", message: "no" });

describe("the line of an outcome", () => {
  test.each<[Outcome, string, object]>([
    [{ kind: "done" }, "info message done", {}],
    [{ kind: "duplicate" }, "info message duplicate", {}],
    [{ kind: "ignored" }, "info message ignored", {}],
    [{ kind: "expired" }, "warn message expired", {}],
    [{ kind: "deadLettered", error: no }, "error message dead-lettered", { error }],
    [
      { kind: "retry", cause: "handler", error: no, afterSeconds: 4 },
      "warn message to be retried",
      { cause: "handler", afterSeconds: 4, error },
    ],
    [{ kind: "retry", cause: "inProgress", error: undefined }, "warn message to be retried", { cause: "inProgress" }],
  ])("%j: level, ids, attempt and reason", (outcome, line, more) => {
    expect(reported(outcome).lines).toEqual([
      [
        line,
        {
          outcome: outcome.kind,
          consumer: "billing",
          messageId: "m1",
          event: "Placed",
          eventId: "e1",
          attempt: 2,
          queue: "orders",
          ...more,
        },
      ],
    ]);
  });
});

describe("the step of an outcome", () => {
  test("says how long the settlement took, how often the handler was started, and what became of it", () => {
    const start = new FakeClock().now() - 30;
    const { steps, clock } = reported({ kind: "done" }, 2, start);
    expect(steps).toMatchObject([
      { type: "settled", at: clock.now(), durationMs: 30, consumer: "billing", event: EVENT, tries: 1, last: false },
    ]);
    expect(reported({ kind: "done" }).steps).toMatchObject([{ durationMs: 0 }]);
  });

  test.each<[Outcome, number, boolean]>([
    [{ kind: "retry", cause: "handler", error: no }, 2, false],
    [{ kind: "retry", cause: "handler", error: no }, 3, true],
    [{ kind: "done" }, 3, false],
    [{ kind: "deadLettered", error: no }, 3, false],
  ])("%j at receive %d of 3 is the last of its message: %s", (outcome, received, last) => {
    expect(reported(outcome, received).steps).toMatchObject([{ last }]);
  });
});

describe("the line of one of several events", () => {
  const line = (outcome: Outcome) => {
    const { lines, logger } = keeping();
    logPart(logger, new Delivery(record({}, { messageId: "m1" })), EVENT, outcome);
    return lines;
  };

  test.each<[Outcome, object]>([
    [{ kind: "retry", cause: "handler", error: no }, { error }],
    [{ kind: "deadLettered", error: no }, { error }],
    [{ kind: "retry", cause: "inProgress", error: undefined }, {}],
  ])("%j says which event failed, and why", (outcome, more) => {
    expect(line(outcome)).toEqual([
      [
        "warn one of several events of a message failed",
        expect.objectContaining({ messageId: "m1", eventId: "e1", ...more }),
      ],
    ]);
    expect("error" in more || !("error" in (line(outcome)[0]?.[1] ?? {}))).toBe(true);
  });

  test.each<Outcome>([{ kind: "done" }, { kind: "duplicate" }, { kind: "expired" }])(
    "there is none for %j",
    (outcome) => {
      expect(line(outcome)).toEqual([]);
    },
  );
});

describe("a redelivery after a time that SQS does not take", () => {
  test.each<[unknown, string]>([
    [new RetryError("later", { after: Number.NaN }), "NaN seconds"],
    [new RetryError("later", { after: 43_201 }), "43201 seconds"],
    [new RetryError("later", { after: "soon" as never }), "a string"],
  ])("is warned of, with the limit", (thrown, what) => {
    const { lines, logger } = keeping();
    const delivery = new Delivery(record({}, { messageId: "m1" }));
    warnOfRefusedDelay(logger, unclaimedExecution(delivery, { kind: "done" }, EVENT), thrown);
    expect(lines).toEqual([
      [
        `warn the handler of Placed asked for a redelivery after ${what}: the usual backoff is used`,
        expect.objectContaining({ limit: "0 to 43200 seconds", messageId: "m1", eventId: "e1" }),
      ],
    ]);
  });

  test.each([new RetryError("later", { after: 5 }), new RetryError("later"), no])(
    "is warned of, unlike %s",
    (thrown) => {
      const { lines, logger } = keeping();
      warnOfRefusedDelay(logger, unclaimedExecution(new Delivery(record({})), { kind: "done" }, EVENT), thrown);
      expect(lines).toEqual([]);
    },
  );
});
