import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildTrace, type EventTrace, type TraceFact, TraceJournal } from "../../../lib/ops/index.ts";
import { outcome, publication } from "./facts.ts";

const DECLINED = { name: "Error", message: "declined" };

/** How the event stands at each subscriber. */
const statesOf = ({ subscribers }: EventTrace) =>
  Object.fromEntries(subscribers.map(({ queue, state }) => [queue, state]));

/** The steps at the only subscriber, without times. */
function stepsOf(facts: readonly TraceFact[]) {
  const [subscriber] = buildTrace("e-1", facts)?.subscribers ?? [];
  return subscriber?.steps.map((step) =>
    step.kind === "attempt"
      ? `${step.attempt} ${step.outcome}`
      : step.kind === "redriven"
        ? `redriven ${step.count}`
        : step.kind,
  );
}

describe("the trace of an event", () => {
  it("is undefined where nothing is known of it", () => {
    expect(buildTrace("e-2", [])).toBeUndefined();
    expect(buildTrace("e-2", [outcome(), publication()])).toBeUndefined();
  });

  it("has a subscriber per queue, each with its attempts in order, in whatever order the facts come", () => {
    const facts = [
      publication({ by: "checkout", correlationId: "c-1", traceId: "t-1" }),
      outcome({
        attempt: 1,
        outcome: "retry",
        cause: "handler",
        error: DECLINED,
        sentAt: 950,
        receivedAt: 960,
        at: 990,
      }),
      outcome({ attempt: 2, at: 5_000, sentAt: 950, receivedAt: 4_000 }),
      outcome({ queue: "analytics", consumer: "shop.Analytics", messageId: "m-2", outcome: "ignored" }),
      { kind: "filtered", at: 901, eventId: "e-1", queue: "mail" },
    ] satisfies TraceFact[];
    const golden = buildTrace("e-1", facts);
    expect(golden).toMatchObject({
      event: "OrderPlaced",
      correlationId: "c-1",
      traceId: "t-1",
      published: { at: 900, target: "orders", by: "checkout" },
    });
    expect(golden && statesOf(golden)).toEqual({ analytics: "ignored", billing: "done", mail: "withheld" });
    expect(golden?.subscribers[1]?.steps).toEqual([
      { kind: "delivered", at: 950, messageId: "m-1" },
      expect.objectContaining({
        kind: "attempt",
        attempt: 1,
        outcome: "retry",
        cause: "handler",
        error: DECLINED,
        durationMs: 30,
      }),
      expect.objectContaining({ kind: "attempt", attempt: 2, outcome: "done", durationMs: 1_000 }),
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
        expect(buildTrace("e-1", shuffled)).toEqual(golden);
      }),
    );
  });

  it("shows redrives where they happened, each once", () => {
    const facts = [
      outcome({ outcome: "deadLettered", error: DECLINED, at: 1_000 }),
      outcome({ messageId: "m-2", outcome: "retry", cause: "handler", redrives: 1, sentAt: 1_500, at: 2_000 }),
      outcome({ messageId: "m-2", attempt: 2, outcome: "deadLettered", redrives: 1, at: 3_000 }),
      outcome({ messageId: "m-3", redrives: 2, at: 4_000 }),
    ];
    expect(stepsOf(facts)).toEqual([
      "1 deadLettered",
      "redriven 1",
      "1 retry",
      "2 deadLettered",
      "redriven 2",
      "1 done",
    ]);
  });

  it("is in the order of the attempts, not of two machines' clocks", () => {
    expect(stepsOf([outcome({ attempt: 2, at: 990 }), outcome({ attempt: 1, at: 1_000, outcome: "retry" })])).toEqual([
      "1 retry",
      "2 done",
    ]);
  });

  it("is dead-lettered where a letter is seen, whoever moved it, unless it was done since", () => {
    const letter = {
      kind: "letter",
      messageId: "m-dead",
      at: 2_000,
      eventId: "e-1",
      queue: "billing",
      deadLetterQueue: "billing-dlq",
      undelivered: false,
      error: undefined,
    } satisfies TraceFact;
    const states = (...facts: TraceFact[]) => statesOf(buildTrace("e-1", facts) ?? ({} as EventTrace));
    expect(states(outcome({ outcome: "retry" }), letter)).toEqual({ billing: "deadLettered" });
    expect(states({ ...letter, undelivered: true })).toEqual({ billing: "undelivered" });
    expect(states(outcome(), letter)).toEqual({ billing: "done" });
    expect(stepsOf([outcome({ outcome: "retry" }), letter])).toEqual(["1 retry", "waiting"]);
  });

  it("stays done when the event comes again", () => {
    const trace = buildTrace("e-1", [outcome(), outcome({ messageId: "m-2", outcome: "duplicate", at: 2_000 })]);
    expect(trace && statesOf(trace)).toEqual({ billing: "done" });
    const only = buildTrace("e-1", [outcome({ outcome: "duplicate" })]);
    expect(only && statesOf(only)).toEqual({ billing: "duplicate" });
  });

  it("takes the time of publishing from the envelope where no publisher told it", () => {
    expect(buildTrace("e-1", [outcome({ publishedAt: 800 })])?.published).toMatchObject({ at: 800, by: undefined });
    expect(buildTrace("e-1", [outcome()])?.published).toBeUndefined();
  });

  it("says why an event was not published", () => {
    const trace = buildTrace("e-1", [publication({ error: DECLINED })]);
    expect(trace).toMatchObject({ published: { error: DECLINED }, subscribers: [] });
    // A second call with the same id worked.
    expect(buildTrace("e-1", [publication({ error: DECLINED }), publication({ at: 950 })])?.published).toMatchObject({
      at: 950,
      error: undefined,
    });
  });

  it("is found by the id of a message, also of one that could not be read", () => {
    expect(buildTrace("m-1", [outcome()])?.eventId).toBe("e-1");
    expect(buildTrace("sns-1", [publication({ messageId: "sns-1" }), outcome()])?.eventId).toBe("e-1");
    const unread = outcome({ eventId: "m-9", messageId: "m-9", event: undefined, outcome: "deadLettered" });
    expect(buildTrace("m-9", [outcome(), unread])).toMatchObject({ eventId: "m-9", event: undefined });
  });
});

describe("events that handlers published", () => {
  const paid = (more: object = {}) =>
    publication({ eventId: "e-2", event: "OrderPaid", causationId: "e-1", at: 1_100, by: "billing-function", ...more });

  it("stand at the subscriber whose function published them, with what became of them", () => {
    const facts = [
      outcome(),
      outcome({ queue: "mail", by: "mail-function", messageId: "m-2" }),
      paid(),
      outcome({ eventId: "e-2", causationId: "e-1", queue: "mail", by: "mail-function", messageId: "m-3", at: 1_200 }),
    ];
    const [billing, mail] = buildTrace("e-1", facts)?.subscribers ?? [];
    expect(billing?.caused.map(({ eventId, event }) => [eventId, event])).toEqual([["e-2", "OrderPaid"]]);
    expect(billing?.caused[0]?.subscribers.map(({ queue }) => queue)).toEqual(["mail"]);
    expect(mail?.caused).toEqual([]);
  });

  it("stand at the event where nobody knows by whom: without a publisher's word, or where two queues have one function", () => {
    const unknown = buildTrace("e-1", [outcome(), outcome({ eventId: "e-2", causationId: "e-1" })]);
    expect(unknown?.caused.map(({ eventId }) => eventId)).toEqual(["e-2"]);
    const shared = [outcome(), outcome({ queue: "mail", messageId: "m-2" }), paid()];
    expect(buildTrace("e-1", shared)?.caused.map(({ eventId }) => eventId)).toEqual(["e-2"]);
  });

  it("name what caused them when they are looked for themselves", () => {
    expect(buildTrace("e-2", [outcome(), paid()])).toMatchObject({ causationId: "e-1", subscribers: [], caused: [] });
  });

  it("end where events cause each other, or themselves", () => {
    const circle = [
      publication({ causationId: "e-2" }),
      paid(),
      publication({ eventId: "e-3", causationId: "e-3" }),
      publication({ eventId: "e-3", causationId: "e-2" }),
    ];
    const trace = buildTrace("e-1", circle);
    expect(trace?.caused[0]?.caused.map(({ eventId }) => eventId)).toEqual(["e-3"]);
    expect(trace?.caused[0]?.caused[0]?.caused).toEqual([]);
  });

  it("end after a thousand", () => {
    const chain = Array.from({ length: 3_000 }, (_, index) =>
      publication({ eventId: `e-${index + 1}`, causationId: `e-${index}`, at: index }),
    );
    let count = 0;
    for (let each = buildTrace("e-1", chain); each !== undefined; each = each.caused[0]) {
      count += 1;
    }
    expect(count).toBe(1_000);
  });
});

describe("the journal", () => {
  it("gives the facts of an event and of those that it caused, and no others", () => {
    const journal = new TraceJournal();
    const own = [
      outcome(),
      publication({ eventId: "e-2", causationId: "e-1" }),
      outcome({ eventId: "e-3", causationId: "e-2" }),
    ];
    for (const fact of [outcome({ eventId: "other" }), ...own, publication({ eventId: "e-0", messageId: "m-0" })]) {
      journal.add(fact);
    }
    expect(journal.factsOf("e-1")).toEqual(own);
    expect(journal.factsOf("m-0").map(({ eventId }) => eventId)).toEqual(["e-0"]);
    expect(journal.factsOf("nobody")).toEqual([]);
  });

  it("forgets the oldest facts", () => {
    const journal = new TraceJournal(100);
    for (let index = 0; index < 1_000; index++) {
      journal.add(outcome({ eventId: `e-${index}` }));
    }
    expect(journal.factsOf("e-999")).toHaveLength(1);
    expect(journal.factsOf("e-900")).toHaveLength(1);
    expect(journal.factsOf("e-800")).toEqual([]);
  });
});
