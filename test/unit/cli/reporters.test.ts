import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { JsonReporter, PeopleReporter, type Reporter } from "../../../lib/cli/dev/report/index.ts";
import type { ConsumerOutcome, Deployment } from "../../../lib/local/index.ts";

const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:billing";

/** What a reporter needs to know of a deployment. */
const deployment = {
  functions: [
    {
      internal: false,
      resource: { path: "Shop/Billing/Resource", logicalId: "Billing", stackName: "Shop" },
      configuration: { functionName: "Shop-Billing-1" },
    },
  ],
  ofType: (type: string) =>
    type === "AWS::SQS::Queue"
      ? [{ path: "Shop/Billing/Queue/Resource", logicalId: "Q", stackName: "Shop", arn: QUEUE }]
      : [],
} as unknown as Deployment;

const outcome: ConsumerOutcome = {
  outcome: "done",
  consumer: "billing",
  event: "OrderPlaced",
  eventId: "e2bf6b1c-0000",
  messageId: "m-1",
  attempt: 1,
  queue: "billing",
  cause: undefined,
  afterSeconds: undefined,
  error: undefined,
};

function told(make: (terminal: { out(line: string): void; err(line: string): void }) => Reporter) {
  const lines: string[] = [];
  // With CI set, there are colours although nobody sees them.
  const write = (line: string) => void lines.push(...stripVTControlCharacters(line).split("\n"));
  const reporter = make({ out: write, err: write });
  reporter.introduce(deployment);
  const log = (line: string, requestId: string | undefined = "r1", stream: "stdout" | "stderr" = "stdout") =>
    reporter.log({ functionName: "Shop-Billing-1", requestId, stream, line, elapsedMs: 12.4 });
  const settled = (fields: Partial<ConsumerOutcome> = {}) =>
    reporter.outcome({
      functionName: "Shop-Billing-1",
      requestId: "r1",
      elapsedMs: 12.4,
      outcome: { ...outcome, ...fields },
    });
  return { reporter, log, settled, lines };
}

const filtered = {
  type: "notSubscribed",
  topicArn: "arn:aws:sns:eu-central-1:000000000000:shop",
  endpoint: QUEUE,
  messageId: "m-2",
  body: JSON.stringify({ specversion: "1.0", type: "shop.OrderGone", id: "77aa-1", data: { secret: "x" } }),
  filterPolicy: '{"type":["shop.OrderPlaced"]}',
  scope: "MessageAttributes",
} as const;

describe("for people", () => {
  const people = (verbose = false) => told((terminal) => new PeopleReporter(terminal, verbose));

  test.each<[Partial<ConsumerOutcome>, string]>([
    [{}, "OrderPlaced e2bf -> Billing  processed 12 ms"],
    [{ outcome: "duplicate", attempt: 2 }, "OrderPlaced e2bf -> Billing  duplicate 12 ms"],
    [
      { outcome: "retry", cause: "handler", attempt: 2, afterSeconds: 3.2, error: { name: "Error", message: "down" } },
      "OrderPlaced e2bf -> Billing  retry in 4 s, attempt 2 12 ms  Error: down",
    ],
    [
      { outcome: "retry", cause: "inProgress" },
      "OrderPlaced e2bf -> Billing  retry 12 ms  another worker has the event",
    ],
    [
      {
        outcome: "deadLettered",
        error: { name: "SchemaMismatch", message: "no" },
        event: undefined,
        eventId: undefined,
      },
      "message m-1 -> Billing  dead-lettered 12 ms  SchemaMismatch: no",
    ],
  ])("an outcome is one line: %j", (fields, expected) => {
    const { settled, lines } = people();
    settled(fields);
    expect(lines).toEqual([expected]);
  });

  test("an outcome that a consumer logs is not told twice", () => {
    const { log, lines } = people();
    log(JSON.stringify({ level: "INFO", message: "message done", ...outcome }));
    expect(lines).toEqual([]);
  });

  test("what a handler prints is marked with its name; JSON becomes text", () => {
    const { log, lines } = people();
    log("charging");
    log(JSON.stringify({ level: "WARN", message: "slow", ms: 900, id: "c1" }));
    log(JSON.stringify({ level: "WARN" }));
    expect(lines).toEqual(["Billing | charging", "Billing | WARN slow ms=900 id=c1", 'Billing | {"level":"WARN"}']);
  });

  test("the output of a noisy invocation is folded, outcomes are not, and the next invocation starts anew", () => {
    const { log, settled, lines } = people();
    for (let n = 1; n <= 500; n++) {
      log(`line ${n}`);
    }
    settled();
    log("the next", "r2");
    expect(lines).toHaveLength(23);
    expect(lines.slice(19)).toEqual([
      "Billing | line 20",
      expect.stringContaining("--verbose shows it"),
      expect.stringContaining("processed"),
      "Billing | the next",
    ]);
    const verbose = people(true);
    for (let n = 1; n <= 500; n++) {
      verbose.log(`line ${n}`);
    }
    expect(verbose.lines).toHaveLength(500);
  });

  test("a filtered event names the subscriber and the filter policy, and shows no body", () => {
    const { reporter, lines } = people();
    reporter.event(filtered);
    reporter.event({ ...filtered, body: "plain text", scope: "MessageBody" });
    expect(lines).toEqual([
      'OrderGone 77aa -> Billing/Queue  filtered: its attributes do not match {"type":["shop.OrderPlaced"]}',
      'message m-2 -> Billing/Queue  filtered: its body does not match {"type":["shop.OrderPlaced"]}',
    ]);
  });

  test("messages that an event source mapping deletes are reported with its filters", () => {
    const { reporter, lines } = people();
    reporter.event({
      type: "filtered",
      functionName: "Shop-Billing-1",
      sourceArn: QUEUE,
      messages: 2,
      filters: ['{"body":{"type":["a"]}}'],
    });
    expect(lines).toEqual([expect.stringContaining("2 messages deleted"), '    {"body":{"type":["a"]}}']);
  });
});

describe("for programs", () => {
  test("every line is a JSON object with time and type, and none holds a body", () => {
    const { reporter, log, settled, lines } = told((terminal) => new JsonReporter(terminal));
    reporter.status("synthesising");
    settled();
    log("charging", "r1", "stderr");
    log(JSON.stringify({ level: "INFO", message: "x" }));
    reporter.event(filtered);
    reporter.warning("careful");
    reporter.reloaded({ changed: 2, durationMs: 31.7 });
    reporter.reloadFailed("no");
    const objects = lines.map((line) => JSON.parse(line));
    for (const each of objects) {
      expect(Number.isNaN(Date.parse(each.time)), each.time).toBe(false);
    }
    expect(objects).toMatchObject([
      { type: "status", message: "synthesising" },
      {
        type: "outcome",
        function: "Billing",
        outcome: "done",
        eventId: "e2bf6b1c-0000",
        elapsedMs: 12,
        requestId: "r1",
      },
      { type: "log", function: "Billing", stream: "stderr", line: "charging" },
      { type: "log", fields: { level: "INFO", message: "x" } },
      { type: "notSubscribed", name: "OrderGone", subscriber: "Billing/Queue", filterPolicy: filtered.filterPolicy },
      { type: "warning", message: "careful" },
      { type: "reloaded", changed: 2, durationMs: 32 },
      { type: "reloadFailed", message: "no" },
    ]);
    expect(lines.join()).not.toContain("secret");
  });
});
