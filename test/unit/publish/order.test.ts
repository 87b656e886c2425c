import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, deferred, failing, memoryStore, scriptedSns, TOPIC, takeAll } from "./support.ts";

/** The event's id, which the deduplication id ends with. */
const idOf = (entry: { readonly MessageDeduplicationId?: string | undefined }) =>
  String(entry.MessageDeduplicationId).replace(/^[^:]*:/, "");

const FIFO = { target: `${TOPIC}.fifo` };

describe("order within a group", () => {
  it("never has two events of a group in one call, and the next waits for the one ahead", async () => {
    const { clock, publish, ids, calls } = bench(undefined, FIFO);
    const published = ["a1", "a2", "b1", "a3", "c1"].map((id) => publish("Grouped", { id, group: id.charAt(0) }));
    await clock.advance(100);
    expect(ids()).toEqual([["a1", "b1", "c1"], ["a2"], ["a3"]]);
    for (const { id } of await Promise.all(published)) {
      expect(calls.flat().map((entry) => idOf(entry))).toContain(id);
    }
  });

  it("holds a group while its first event is tried again, and no other group", async () => {
    const { clock, publish, ids } = bench(
      (entries, call) => (call < 3 ? failing(entries, ['"a1"'], false) : takeAll(entries)),
      FIFO,
    );
    const published = ["a1", "a2", "b1", "b2"].map((id) => publish("Grouped", { id, group: id.charAt(0) }));
    await clock.runUntil("everything", () => ids().flat().includes("a2"));
    await Promise.all(published);
    const sent = ids().flat();
    expect(sent.filter((id) => id === "a1").length).toBeGreaterThan(1);
    expect(sent.lastIndexOf("a1")).toBeLessThan(sent.indexOf("a2"));
    expect(sent.indexOf("b2")).toBeLessThan(sent.lastIndexOf("a1"));
  });

  it("lets the next of a group go when the one ahead is given up", async () => {
    const { clock, publish, ids } = bench((entries) => failing(entries, ['"a1"'], true), FIFO);
    const settled = Promise.allSettled(["a1", "a2"].map((id) => publish("Grouped", { id, group: "a" })));
    await clock.advance(100);
    expect((await settled).map((each) => each.status)).toEqual(["rejected", "fulfilled"]);
    expect(ids()).toEqual([["a1"], ["a2"]]);
  });

  it("keeps the order of calls although a schema takes longer for some", async () => {
    const clock = new FakeClock();
    const gates = new Map([["a1", deferred()]]);
    const slow = z.object({ id: z.string() }).refine(async ({ id }) => {
      await gates.get(id)?.promise;
      return true;
    });
    const contract = defineContract("slow", { Event: event({ schema: slow, group: () => "g" }) });
    const { client, calls } = scriptedSns();
    const publish = createPublisher(contract, { ...FIFO, clock, clients: { sns: client } });
    const published = ["a1", "a2", "a3"].map((id) => publish("Event", { id }, { id }));
    await clock.advance(100);
    expect(calls).toEqual([]);
    gates.get("a1")?.resolve();
    await clock.advance(100);
    await Promise.all(published);
    expect(calls.flat().map((entry) => idOf(entry))).toEqual(["a1", "a2", "a3"]);
  });

  it("does not let a bad event stop those behind it", async () => {
    const { clock, publish, ids } = bench(undefined, FIFO);
    const settled = Promise.allSettled([
      // @ts-expect-error wrong on purpose

      publish("Grouped", { id: 7, group: "a" }),
      publish("Grouped", { id: "a2", group: "a" }),
    ]);
    await clock.advance(100);
    expect((await settled).map((each) => each.status)).toEqual(["rejected", "fulfilled"]);
    expect(ids()).toEqual([["a2"]]);
  });

  it("has a small event wait for the large one before it that is still being offloaded", async () => {
    const written = deferred();
    const contract = defineContract("big", {
      Event: event({ schema: z.object({ id: z.string(), text: z.string() }), group: () => "g" }),
    });
    const clock = new FakeClock();
    const { client, calls } = scriptedSns();
    const payloads = memoryStore(written.promise);
    const publish = createPublisher(contract, { ...FIFO, clock, payloads, clients: { sns: client } });
    const published = [
      publish("Event", { id: "large", text: "x".repeat(300_000) }, { id: "large" }),
      publish("Event", { id: "small", text: "" }, { id: "small" }),
    ];
    await clock.advance(100);
    expect(calls).toEqual([]);
    written.resolve();
    await clock.advance(100);
    await Promise.all(published);
    expect(calls.map((entries) => entries.map((entry) => idOf(entry)))).toEqual([["large"], ["small"]]);
  });

  it("survives any pattern of failures", async () => {
    const group = fc.constantFrom("a", "b", "c");
    const seeds = fc.infiniteStream(fc.integer({ min: 0, max: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 15 }), seeds, async (groups, chances) => {
        const taken: string[] = [];
        const { clock, publish } = bench(
          (entries) => {
            const groupsOfCall = entries.map((entry) => entry.MessageGroupId);
            expect(new Set(groupsOfCall).size).toBe(entries.length);
            const lost = entries.filter(() => chances.next().value === 0);
            const kept = entries.filter((entry) => !lost.includes(entry));
            taken.push(...kept.map((entry) => idOf(entry)));
            return {
              Successful: takeAll(kept).Successful,
              Failed: lost.map(({ Id }) => ({ Id, Code: "Throttled", Message: "", SenderFault: false })),
            };
          },
          { ...FIFO, maxAttempts: 100 },
        );
        let done = 0;
        const published = groups.map((name, at) =>
          publish("Grouped", { id: `${at}`, group: name }, { id: `${name}.${at}` }).then(() => {
            done += 1;
          }),
        );
        await clock.runUntil("all published", () => done === groups.length);
        await Promise.all(published);
        expect(taken).toHaveLength(groups.length);
        for (const name of new Set(groups)) {
          const expected = groups.flatMap((each, at) => (each === name ? [`${name}.${at}`] : []));
          expect(taken.filter((id) => id.startsWith(`${name}.`))).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  });
});
