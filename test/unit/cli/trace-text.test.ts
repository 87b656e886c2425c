import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import type { Surroundings } from "../../../lib/cli/ops/surroundings.ts";
import { trace, treeText } from "../../../lib/cli/ops/trace.ts";
import { buildTrace, type TraceFact, traceLines } from "../../../lib/ops/index.ts";
import { outcome, publication } from "../ops/facts.ts";

const AT = Date.parse("2026-11-29T22:10:01.000Z");

it("draws a trace as a tree", () => {
  const declined = { name: "Error", message: "declined" };
  const facts: TraceFact[] = [
    publication({ at: AT, by: "checkout" }),
    outcome({
      at: AT + 30,
      sentAt: AT + 5,
      receivedAt: AT + 10,
      outcome: "retry",
      cause: "handler",
      afterSeconds: 1.2,
      error: declined,
    }),
    outcome({ at: AT + 2_000, attempt: 2, outcome: "deadLettered", error: declined }),
    outcome({ at: AT + 9_000, messageId: "m-2", redrives: 1, sentAt: AT + 8_000 }),
    publication({ at: AT + 8_900, eventId: "e-2", event: "OrderPaid", causationId: "e-1", by: "billing-function" }),
    outcome({ at: AT + 9_500, eventId: "e-2", event: "OrderPaid", causationId: "e-1", queue: "mail" }),
    { kind: "filtered", at: AT + 2, eventId: "e-1", queue: "mail" },
  ];
  const found = buildTrace("e-1", facts);
  const lines =
    found === undefined ? [] : traceLines(found, (queue) => (queue === "billing" ? "Orders/Billing" : queue));
  expect(stripVTControlCharacters(treeText(lines)).split("\n")).toEqual([
    "OrderPlaced e-1  published to orders by checkout  22:10:01.000",
    "├ Orders/Billing  done",
    "│ ├ delivered  as m-1  22:10:01.005",
    "│ ├ attempt 1  retry  20 ms, again after 2 s, the handler failed, Error: declined  22:10:01.030",
    "│ ├ attempt 2  dead-lettered  Error: declined  22:10:03.000",
    "│ ├ redriven  22:10:09.000",
    "│ ├ attempt 1  done  22:10:10.000",
    "│ └ OrderPaid e-2  published to orders by billing-function  22:10:09.900",
    "│   └ mail  done",
    "│     └ attempt 1  done  22:10:10.500",
    "└ mail  not for it",
    "  └ held back by the filter of its subscription  22:10:01.002",
  ]);
});

it("says what caused the event, and why it was not published", () => {
  const refused = { name: "PublishFailed", message: "no permission" };
  const found = buildTrace("e-2", [publication({ eventId: "e-2", causationId: "e-1", error: refused })]);
  const [line] = found === undefined ? [] : traceLines(found);
  expect(line).toMatchObject({
    state: "notPublished",
    detail: "not published to orders, PublishFailed: no permission, caused by e-1",
  });
});

it.each(["", " "])("an empty id %j is a wrong argument, and no log is searched for it", async (id) => {
  const surroundings: Surroundings = {
    directory: "/nonexistent",
    home: "/nonexistent",
    signal: new AbortController().signal,
    terminal: { out: () => {}, err: () => {} },
    ask: undefined,
  };
  await expect(trace(id, {}, surroundings)).rejects.toMatchObject({ exitCode: 2, message: /event id is empty/ });
});
