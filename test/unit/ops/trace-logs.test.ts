import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queryText } from "../../../lib/ops/trace/insights.ts";
import { loggedOutcome } from "../../../lib/ops/trace/logged-outcome.ts";

const FIELDS = {
  level: "WARN",
  message: "message to be retried",
  outcome: "retry",
  consumer: "shop.Billing",
  event: "OrderPlaced",
  eventId: "e-1",
  messageId: "m-1",
  correlationId: "c-1",
  causationId: "e-0",
  traceId: "t-1",
  attempt: 2,
  queue: "billing",
  redrives: 1,
  cause: "handler",
  afterSeconds: 4,
  error: { name: "Error", message: "declined", stack: "..." },
};

const fact = (text: string) => loggedOutcome({ at: 5, logGroup: "/aws/lambda/shop-billing", text });

describe("an outcome in a log", () => {
  it.each([
    ["as it is", JSON.stringify(FIELDS)],
    ["in Lambda's text format", `2026-11-29T22:10:01.123Z\t8f5e-id\tWARN\t${JSON.stringify(FIELDS)}\n`],
    [
      "in Lambda's JSON format",
      JSON.stringify({ timestamp: "2026", level: "WARN", requestId: "8f5e", message: FIELDS }),
    ],
  ])("is read %s", (_, text) => {
    expect(fact(text)).toEqual({
      kind: "outcome",
      at: 5,
      eventId: "e-1",
      event: "OrderPlaced",
      correlationId: "c-1",
      causationId: "e-0",
      traceId: "t-1",
      consumer: "shop.Billing",
      queue: "billing",
      messageId: "m-1",
      attempt: 2,
      outcome: "retry",
      cause: "handler",
      afterSeconds: 4,
      error: { name: "Error", message: "declined" },
      redrives: 1,
      by: "shop-billing",
    });
  });

  it("goes by the message's id where the event could not be read", () => {
    const { eventId: _, ...unread } = FIELDS;
    expect(fact(JSON.stringify(unread))?.eventId).toBe("m-1");
  });

  it.each(["", "{", "null", '{"outcome":"lost"}', "START RequestId: 8f5e", '{"outcome":"done","consumer":7}', "[1]"])(
    "is not %j",
    (text) => {
      expect(fact(text)).toBeUndefined();
    },
  );

  it("is never something that throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .record({ outcome: fc.anything(), error: fc.anything() })
            .map((each) => `${JSON.stringify(each, (_key, value) => (typeof value === "bigint" ? 0 : value))}`),
        ),
        (text) => {
          fact(text);
        },
      ),
    );
  });
});

describe("the query", () => {
  /** Strings of a query, as Logs Insights reads them. */
  const stringsIn = (query: string) =>
    [...query.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text = ""]) => text.replaceAll(/\\(.)/gs, "$1"));

  it("holds an id as one string, as JSON writes it, whatever is in it", () => {
    expect(stringsIn(queryText(["e-1", "c-1"]))).toEqual(["outcome", "e-1", "c-1"]);
    fc.assert(
      fc.property(fc.string(), (id) => {
        const query = queryText([id]);
        expect(stringsIn(query)).toEqual(["outcome", JSON.stringify(id).slice(1, -1)]);
        expect(query.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "S")).toBe(queryText(["x"]).replaceAll(/"[^"]*"/g, "S"));
      }),
    );
  });
});
