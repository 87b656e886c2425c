import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { consume, type HandlerContext, type Logger } from "../../../../lib/index.ts";
import { context, contract, envelope, offline, record, run } from "../support.ts";

const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const level of ["debug", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs a handler with the default logger, and returns the lines. */
async function logOf(
  handler: (ctx: HandlerContext) => void,
  options: Parameters<typeof offline>[0] = {},
): Promise<Record<string, unknown>[]> {
  const { logger: _, ...rest } = offline(options);
  const consumer = consume(contract, { Placed: (_data, ctx) => handler(ctx) }, rest);
  const answer = await consumer({ Records: [record(envelope("e1"))] }, context());
  return [...lines.map((line) => JSON.parse(line)), { failed: answer.batchItemFailures.length }];
}

const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;

describe("a line of a handler", () => {
  test("names event and message, which a field does not replace", async () => {
    const [line] = await logOf(({ logger }) => logger.info("paid", { cents: 5, level: "mine", eventId: "mine" }));
    expect(line).toEqual({
      level: "INFO",
      message: "paid",
      event: "Placed",
      eventId: "e1",
      messageId: expect.any(String),
      cents: 5,
      level_: "mine",
      eventId_: "mine",
    });
  });

  test.each<[string, unknown, unknown]>([
    ["a bigint", { cents: 12n }, { cents: "12" }],
    ["a circle", { circular }, { circular: { a: 1, self: "[circular]" } }],
    ["a symbol and a function", { s: Symbol("s"), f: String }, { s: "Symbol(s)" }],
    ["a date", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["numbers that are none", { n: Number.NaN }, { n: "NaN" }],
    [
      "a map, a set, bytes",
      { m: new Map([["a", 1]]), s: new Set([2]), b: Buffer.from("abc") },
      { m: { a: 1 }, s: [2], b: "[3 bytes]" },
    ],
    [
      "a getter that throws",
      {
        bad: {
          get x() {
            throw new Error("no");
          },
        },
      },
      { bad: "[not readable]" },
    ],
    [
      "toJSON that throws",
      {
        bad: {
          toJSON() {
            throw new Error("no");
          },
        },
      },
      { bad: "[not readable]" },
    ],
    ["no fields", undefined, {}],
    ["an error in place of fields", new TypeError("no"), { error: { name: "TypeError", message: "no" } }],
    ["a string in place of fields", "text", { value: "text" }],
  ])("takes %s", async (_, fields, expected) => {
    const log = await logOf(({ logger }) => logger.info("x", fields as Record<string, unknown>));
    expect(log[0]).toMatchObject({ message: "x", eventId: "e1", ...(expected as object) });
    expect(log.at(-1)).toEqual({ failed: 0 });
  });

  test("shows causes, parts and stacks of errors", async () => {
    const cause = new RangeError("the cause", { cause: "the first cause" });
    const error = new AggregateError([new Error("one"), "two"], "both", { cause });
    const [line] = await logOf(({ logger }) => logger.error("failed", { error }));
    expect(line?.error).toMatchObject({
      name: "AggregateError",
      message: "both",
      stack: expect.stringContaining("logger.test.ts"),
      cause: { name: "RangeError", message: "the cause", cause: { message: expect.stringContaining("first cause") } },
      errors: [{ message: "one" }, { message: expect.stringContaining("two") }],
    });
  });

  test.each<[string, unknown]>([
    ["a long string", { text: "x".repeat(5_000_000) }],
    ["many fields", Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`key-${at}`, "x".repeat(100)]))],
    ["a long list of long strings", { list: Array.from({ length: 1_000 }, () => "x".repeat(10_000)) }],
    [
      "a wide tree",
      { tree: Array.from({ length: 99 }, () => Array.from({ length: 99 }, () => Array(99).fill("xxxxxxxx"))) },
    ],
    ["a long error", { error: new Error("x".repeat(5_000_000)) }],
  ])("is short for %s", async (_, fields) => {
    await logOf(({ logger }) => logger.info("x".repeat(100_000), fields as Record<string, unknown>));
    expect(lines[0]?.length).toBeLessThan(25_000);
  });
});

test.each([
  ["FANFARE_LOG_LEVEL", "warn"],
  ["FANFARE_LOG_LEVEL", "ERROR"],
  ["AWS_LAMBDA_LOG_LEVEL", "WARN"],
  ["AWS_LAMBDA_LOG_LEVEL", "FATAL"],
])("%s=%s turns INFO lines off", async (variable, level) => {
  vi.stubEnv(variable, level);
  expect(await logOf(({ logger }) => logger.info("x", {}))).toEqual([{ failed: 0 }]);
});

test("debug lines are written where the environment or the option asks for them", async () => {
  const debug = ({ logger }: HandlerContext) => logger.debug("x", {});
  expect(await logOf(debug)).toHaveLength(2);
  lines.length = 0;
  vi.stubEnv("AWS_LAMBDA_LOG_LEVEL", "TRACE");
  expect(await logOf(debug)).toHaveLength(3);
  lines.length = 0;
  expect(await logOf(debug, { logLevel: "silent" })).toHaveLength(1);
});

test("a level that is none is refused", () => {
  expect(() => consume(contract, { Placed: () => {} }, offline({ logLevel: "loud" as never }))).toThrow(
    expect.objectContaining({ code: "ConfigurationInvalid", field: "logLevel" }),
  );
});

test.each([
  ["a promise", () => Promise.reject(new Error("the disk is full"))],
  ["a promise of another realm", runInNewContext("() => Promise.reject(new Error('the disk is full'))")],
])("a logger of the user that rejects %s fails no record", async (_, rejecting) => {
  const logger = { debug: rejecting, info: rejecting, warn: rejecting, error: rejecting } as unknown as Logger;
  expect(await run({ Placed: (_, ctx) => ctx.logger.info("x", {}) }, [record(envelope("a"))], { logger })).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
});

test("an outcome's line is short, whatever the sender's id and the error", async () => {
  const long = record(envelope("x".repeat(200_000)));
  const { logger: _, ...options } = offline();
  const failing = () => {
    throw new Error("y".repeat(200_000), { cause: new Error("z".repeat(200_000)) });
  };
  await consume(contract, { Placed: failing }, options)({ Records: [long] }, context());
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(25_000);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ error: { cause: { name: "Error" } } });
});

test("what a schema says of the payload is not in the log: only its name, the error's and the place", async () => {
  const { z } = await import("zod");
  const { defineContract, event } = await import("../../../../lib/index.ts");
  const parsing = z.object({ n: z.number().transform(() => JSON.parse("s3cret")) });
  const secretive = defineContract("orders", { Placed: event({ schema: parsing }) });
  await consume(
    secretive,
    { Placed: () => {} },
    { consumer: "c", deadLetterQueues: {} },
  )({ Records: [record(envelope("a"))] }, context());
  expect(lines.join()).not.toContain("s3cret");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    error: {
      name: "CallbackFailed",
      message: expect.stringContaining("Placed.schema"),
      cause: { name: "SyntaxError", stack: expect.stringContaining("at ") },
    },
  });
});
