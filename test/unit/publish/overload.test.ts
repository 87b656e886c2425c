import { describe, expect, it } from "vitest";
import { bench, deferred, rejection, TOPIC, takeAll } from "./support.ts";

describe("the number of events that wait", () => {
  it.each([
    ["one per 4,096 bytes of maxBufferedBytes", 101 * 4_096, 101],
    ["at least 100", 50_000, 100],
  ])("is bounded: %s", async (_, maxBufferedBytes, most) => {
    const answer = deferred();
    const { clock, publish } = bench(
      async (entries) => {
        await answer.promise;
        return takeAll(entries);
      },
      { maxBufferedBytes },
    );
    const published = Array.from({ length: most }, (_each, at) => publish("Plain", { id: `o${at}`, text: "" }));
    expect(await rejection(publish("Plain", { id: "more", text: "" }))).toMatchObject({
      code: "PublisherOverloaded",
      summary: `${most} events are waiting to be sent`,
      limit: `${most} events`,
      remedy: expect.stringContaining("await earlier calls of publish"),
      entry: { data: { id: "more" } },
    });
    answer.resolve();
    await clock.advance(1_000);
    await Promise.all(published);
    const next = publish("Plain", { id: "next", text: "" });
    await clock.advance(1_000);
    await next;
  });
});

describe("flush", () => {
  it("sends at once what lingers for others", async () => {
    const first = deferred();
    const { clock, publish, ids } = bench(
      async (entries, call) => {
        if (call === 0) {
          await first.promise;
        }
        return takeAll(entries);
      },
      { lingerMs: 1_000 },
    );
    const published = [publish("Placed", { id: "o1" })];
    await clock.settle();
    published.push(publish("Placed", { id: "o2" }));
    await clock.settle();
    expect(ids()).toEqual([["o1"]]);
    const flushed = publish.flush();
    await clock.settle();
    expect(ids()).toEqual([["o1"], ["o2"]]);
    first.resolve();
    await Promise.all([...published, flushed]);
  });
});

describe("the pause of a call whose events failed", () => {
  it("is that of the event with the most attempts", async () => {
    const held = deferred();
    const { clock, publish, ids } = bench(async (entries) => {
      if (entries.some(({ Message }) => Message?.includes('"held"'))) {
        await held.promise;
        return takeAll(entries);
      }
      return {};
    });
    clock.chance = 0.999;
    // A call under way lets the others linger, so that they meet in one call.
    const first = publish("Placed", { id: "held" });
    await clock.settle();
    const outcomes = [rejection(publish("Placed", { id: "old" }))];
    await clock.runUntil("the third attempt", () => ids().filter((call) => call.includes("old")).length === 2);
    await clock.advance((clock.nextTimerIn ?? 0) + 1);
    outcomes.push(rejection(publish("Placed", { id: "new" })));
    await clock.runUntil("the call of both", () => ids().at(-1)?.length === 2);
    expect(ids().at(-1)).toEqual(["old", "new"]);
    expect(clock.nextTimerIn).toBeGreaterThan(150);
    held.resolve();
    await first;
    await clock.advance(60_000);
    await Promise.all(outcomes);
  });
});

describe("an event that is refused while it waits for the one before it in its group", () => {
  it("rejects its own call of publish, and nothing else", async () => {
    const unhandled: unknown[] = [];
    const keep = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", keep);
    try {
      const answer = deferred();
      const { clock, publish } = bench(
        async (entries) => {
          await answer.promise;
          return takeAll(entries);
        },
        { target: `${TOPIC}.fifo` },
      );
      const first = publish("Plain", { id: "o1", text: "" }, { group: "g" });
      const refused = rejection(publish("Plain", { id: "o2", text: "x".repeat(300_000) }, { group: "g" }));
      await clock.settle();
      answer.resolve();
      await clock.settle();
      await first;
      expect(await refused).toMatchObject({ code: "MessageTooLong" });
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", keep);
    }
  });
});
