import { describe, expect, test } from "vitest";
import { DEAD_LETTER_QUEUES } from "../support.ts";
import { message, World } from "./world.ts";

/** Milliseconds in which records of starts wait for each other: much less than completions wait. */
const STARTS_MS = 2;

describe("a batch handler and what earlier workers were interrupted with", () => {
  test("each is passed by itself, after the others, whose completions are written by then", async () => {
    const world = new World();
    world.interrupt("a", "c");
    const written = world.hold("complete b d");
    const answer = await world.consumeBatch(["a", "b", "c", "d"].map((id) => message(id)));
    await world.clock.advance(STARTS_MS);
    expect(world.log).toEqual(["claim a b c d", "handle b d", "complete b d"]);
    written();
    await world.clock.advance(2 * STARTS_MS);
    expect(world.log.slice(3)).toEqual(["start a", "handle a", "complete a", "start c", "handle c", "complete c"]);
    expect(answer.failed).toEqual([]);
  });

  test("its FIFO group is passed one by one, in order, and what follows one that fails is handed back", async () => {
    const world = new World();
    world.interrupt("b");
    world.failing.add("b");
    const answer = await world.consumeBatch(["a", "b", "c", "d"].map((id) => message(id, "g")));
    await world.clock.advance(STARTS_MS);
    expect(world.handled).toEqual(["handle a", "handle b"]);
    expect(world.log.indexOf("complete a")).toBeLessThan(world.log.indexOf("start b"));
    expect(answer.failed).toEqual([1, 2, 3]);
    expect(["a", "c", "d"].map((id) => world.isDone(id))).toEqual([true, undefined, undefined]);
  });
});

describe("at-most-once with a batch handler", () => {
  const options = { guarantee: "at-most-once", deadLetterQueues: DEAD_LETTER_QUEUES } as const;

  /** A world in which another worker takes the claim on an event over before its start is recorded. */
  function overtaken(...events: readonly string[]): World {
    const world = new World();
    const { start } = world.store;
    world.store.start = async (starts) => {
      const results = await start.call(world.store, starts);
      return results.map((result, index) =>
        events.some((id) => starts[index]?.key.endsWith(`#${id}`)) ? { status: "lost" } : result,
      );
    };
    return world;
  }

  test("the handler gets those whose starts are recorded, and not one whose start was refused", async () => {
    const world = overtaken("b");
    const answer = await world.consumeBatch(
      ["a", "b", "c"].map((id) => message(id)),
      options,
    );
    await world.clock.advance(STARTS_MS);
    expect(world.log).toEqual(["claim a b c", "start a b c", "handle a c", "complete a c"]);
    expect(answer.failed).toEqual([1]);
  });

  test("what follows a refused start in its FIFO group is not handled before it, and is free again", async () => {
    const world = overtaken("a");
    const records = [message("a", "g"), message("b", "g"), message("c", "h")];
    const answer = await world.consumeBatch(records, options);
    // The claim on b is released, which waits for others.
    await world.clock.advance(STARTS_MS + 1_000);
    expect(world.handled).toEqual(["handle c"]);
    expect(answer.failed).toEqual([0, 1]);
    expect(["b", "c"].map((id) => world.isDone(id))).toEqual([undefined, true]);
  });

  test("the handler is not called when every start was refused", async () => {
    const world = overtaken("a", "b");
    const answer = await world.consumeBatch([message("a"), message("b")], options);
    await world.clock.advance(STARTS_MS);
    expect(world.log).toEqual(["claim a b", "start a b"]);
    expect(answer.failed).toEqual([0, 1]);
  });
});

describe("messages with several events beside a batch handler", () => {
  test("what follows one in its FIFO group is claimed after it, everything else ahead, and each start is counted", async () => {
    const world = new World();
    const records = [message("a b", "g"), message("c", "g"), message("d", "h"), message("e", "h")];
    const completed = world.hold("complete a");
    const answer = await world.consumeBatch(records);
    await world.clock.runUntil("the completion of a", () => world.log.includes("complete a"));
    expect(world.log).toEqual(["claim d e", "claim a", "handle a", "complete a"]);
    completed();
    await world.end(answer);
    expect(world.log.slice(4)).toEqual([
      "claim b",
      "handle b",
      "complete b",
      "claim c",
      "handle c d e",
      "complete c d e",
    ]);
    expect(answer.failed).toEqual([]);
    expect(world.startsKnown).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1 });
  });

  test("what follows one that fails in its FIFO group is not claimed; other groups are handled", async () => {
    const world = new World();
    world.failing.add("a");
    const records = [message("a b", "g"), message("c", "g"), message("d", "h"), message("e f", "i")];
    const answer = await world.consumeBatch(records);
    await world.end(answer);
    expect(world.handled).toEqual(["handle a", "handle e", "handle f", "handle d"]);
    expect(world.log.join()).not.toContain("claim c");
    expect(answer.failed).toEqual([0, 1]);
  });
});

test("an event that is there twice in a FIFO group is handled once by a batch handler, which does not wait for itself", async () => {
  const world = new World();
  const answer = await world.consumeBatch(["a", "a", "b"].map((id) => message(id, "g")));
  expect(world.log).toEqual(["claim a b", "handle a b", "complete a b"]);
  expect(answer.failed).toEqual([]);
});

test("what a batch handler has no time to start any more is free again, without lingering", async () => {
  const world = new World();
  const claimed = world.hold("claim a b");
  const answer = await world.consumeBatch([message("a"), message("b")], { minStartMs: 25_000 });
  await world.clock.advance(6_000);
  claimed();
  await world.clock.settle();
  expect(world.log).toEqual(["claim a b", "release a b"]);
  await world.until("the end", () => answer.failed !== undefined);
  expect(answer.failed).toEqual([0, 1]);
});
