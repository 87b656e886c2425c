import { beforeEach, describe, expect, test } from "vitest";
import type { HandlerContext, Logger, Observer } from "../../../../lib/index.ts";
import { envelope, record, run } from "../support.ts";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const lines: Line[] = [];
const writing =
  (level: keyof Logger): Logger["info"] =>
  (message, fields) =>
    void lines.push({ level, message, fields });
const logger: Logger = {
  debug: writing("debug"),
  info: writing("info"),
  warn: writing("warn"),
  error: writing("error"),
};

beforeEach(() => {
  lines.length = 0;
});

/** What a logger of the user is given for the lines of a handler. */
async function linesOf(handler: (own: Logger) => void, observers: readonly Observer[] = []): Promise<readonly Line[]> {
  const message = record(envelope("e1"), { messageId: "m1" });
  const handlers = { Placed: (_data: unknown, ctx: HandlerContext) => handler(ctx.logger) };
  expect(await run(handlers, [message], { logger, logLevel: "debug", observers })).toEqual([]);
  return lines.filter((line) => line.message === "paid" || line.message.startsWith("observer"));
}

/** The fields of a line that a handler passed something for, without those of the event. */
async function fieldsFor(passed: unknown): Promise<Record<string, unknown>> {
  const [line] = await linesOf((own) => own.info("paid", passed as Record<string, unknown>));
  const { event, eventId, messageId, correlationId, causationId, traceId, ...fields } = line?.fields ?? {};
  expect({ event, eventId, messageId }).toEqual({ event: "Placed", eventId: "e1", messageId: "m1" });
  return fields;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const failure = new Error("no");

describe("for a line of a handler, a logger of the user is given", () => {
  test.each(["debug", "info", "warn", "error"] as const)("its level: %s", async (level) => {
    expect(await linesOf((own) => own[level]("paid", { cents: 5 }))).toMatchObject([
      { level, message: "paid", fields: { eventId: "e1", cents: 5 } },
    ]);
  });

  test.each<[string, unknown, object]>([
    ["no field for undefined", undefined, {}],
    ["no field for null", null, {}],
    ["a value for a number", 5, { value: 5 }],
    ["a value for a list", [1, 2], { value: [1, 2] }],
    ["the error itself", failure, { error: failure }],
    ["a word in place of fields that cannot be read", revoked(), { fields: "[not readable]" }],
  ])("the event's fields, and %s", async (_, passed, expected) => {
    expect(await fieldsFor(passed)).toStrictEqual(expected);
  });
});

describe("observers", () => {
  test("add their fields to the lines of a handler, which do not replace them", async () => {
    const observers: Observer[] = [
      { name: "first", logFields: ({ messageId }) => ({ spanId: `span of ${messageId}` }) },
      { name: "second", logFields: () => ({ region: "eu" }) },
    ];
    expect(await linesOf((own) => own.info("paid", { spanId: "mine" }), observers)).toMatchObject([
      { fields: { eventId: "e1", spanId: "span of m1", region: "eu", spanId_: "mine" } },
    ]);
  });

  test("need not have fields for lines", async () => {
    const [line, ...more] = await linesOf((own) => own.info("paid", { cents: 5 }), [{ name: "plain" }]);
    expect(line).toMatchObject({ message: "paid", fields: { eventId: "e1", cents: 5 } });
    expect(more).toEqual([]);
  });
});
