import { describe, expect, test } from "vitest";
import type { BreakerOption } from "../../../../lib/index.ts";
import { message, World } from "./world.ts";

/** Messages of one FIFO group. Each text names the events of its message. */
const inGroup = (group: string, ...messages: readonly string[]) => messages.map((events) => message(events, group));

describe("claims of FIFO groups", () => {
  test("are made ahead, of all groups together; only the first of a group with a slot counts as started", async () => {
    const world = new World();
    const end = world.hold("handle a");
    const answer = await world.consume([...inGroup("g", "a", "c"), ...inGroup("h", "b")], { concurrency: 1 });
    expect(world.log).toEqual(["claim a b c", "handle a"]);
    expect([...world.store.items.values()].map(({ tries }) => tries)).toEqual([1, 0, 0]);
    end();
    await world.clock.settle();
    expect([world.handled, answer.failed]).toEqual([["handle a", "handle c", "handle b"], []]);
  });

  test("of what follows a message with several events are made in its turn, and count its start", async () => {
    const world = new World();
    const answer = await world.consume([...inGroup("g", "a", "b c", "d"), ...inGroup("h", "e")]);
    await world.end(answer);
    const inOrder = world.log.filter((call) => !call.startsWith("complete"));
    expect(inOrder.slice(0, 2)).toEqual(["claim a e", "handle a"]);
    const ofGroup = inOrder.slice(2).filter((call) => !call.endsWith(" e"));
    expect(ofGroup).toEqual(["claim b", "handle b", "claim c", "handle c", "claim d", "handle d"]);
    expect(world.startsKnown).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1 });
    expect(answer.failed).toEqual([]);
  });
});

describe("an event that is repeated in another FIFO group", () => {
  const records = [...inGroup("g", "a"), ...inGroup("h", "b", "a", "c")];

  test("is not waited for while it is handled: its message and those behind it are redelivered", async () => {
    const world = new World();
    const end = world.hold("handle a");
    const answer = await world.consume(records);
    await world.clock.runUntil("the release of c", () => world.log.includes("release c"));
    end();
    await world.end(answer);
    expect([world.handled, answer.failed]).toEqual([
      ["handle a", "handle b"],
      [2, 3],
    ]);
  });

  test("is a duplicate once it is done, and its group goes on", async () => {
    const world = new World();
    const end = world.hold("handle b");
    const answer = await world.consume(records);
    await world.clock.runUntil("the completion of a", () => world.log.includes("complete a"));
    end();
    await world.clock.settle();
    expect([world.handled, answer.failed]).toEqual([["handle a", "handle b", "handle c"], []]);
  });
});

test("completions of FIFO groups wait for those of others that still run, and share a call", async () => {
  const world = new World();
  const end = world.hold("handle b");
  const answer = await world.consume([...inGroup("g", "a"), ...inGroup("h", "b")]);
  expect(world.log).toEqual(["claim a b", "handle a", "handle b"]);
  end();
  await world.clock.settle();
  expect(world.log.slice(3)).toEqual(["complete a b"]);
  expect(answer.failed).toEqual([]);
});

test("completions of FIFO groups share a call also after a circuit breaker has probed with one of them", async () => {
  const world = new World();
  const end = world.hold("handle c");
  const circuitBreaker: BreakerOption = {
    kind: "circuitBreaker",
    breakerFor: () => ({
      run: async (deliveries, run) => [...(await run(deliveries.slice(0, 1))), ...(await run(deliveries.slice(1)))],
      settled: () => {},
      openNow: () => undefined,
      paused: async () => undefined,
    }),
  };
  const records = [...inGroup("g", "a"), ...inGroup("h", "b"), ...inGroup("i", "c")];
  const answer = await world.consume(records, { circuitBreaker });
  await world.until("the last handler", () => world.log.includes("handle c"));
  await world.clock.settle();
  expect(world.log.filter((call) => call.startsWith("complete"))).toEqual(["complete a"]);
  end();
  await world.clock.settle();
  expect(world.log.at(-1)).toBe("complete b c");
  expect(answer.failed).toEqual([]);
});

describe("the next of a FIFO group", () => {
  test("is handled while the completion before it waits or is being written; after the last, nothing lingers", async () => {
    const world = new World();
    const written = world.hold("complete a");
    const end = world.hold("handle b");
    const answer = await world.consume(inGroup("g", "a", "b", "c"));
    await world.clock.runUntil("the completion of a", () => world.log.includes("complete a"));
    end();
    await world.clock.settle();
    expect(world.handled).toEqual(["handle a", "handle b", "handle c"]);
    expect(answer.failed).toBeUndefined();
    written();
    await world.clock.settle();
    expect([world.log.at(-1), answer.failed]).toEqual(["complete b c", []]);
  });

  test("waits for the completion of one that an earlier worker was interrupted with", async () => {
    const world = new World();
    world.interrupt("a");
    const written = world.hold("complete a");
    const answer = await world.consume(inGroup("g", "a", "b"));
    await world.clock.runUntil("the completion of a", () => world.log.includes("complete a"));
    expect(world.log).toEqual(["claim a b", "start a", "handle a", "complete a"]);
    written();
    await world.clock.settle();
    expect([world.handled, answer.failed]).toEqual([["handle a", "handle b"], []]);
  });

  test("is not handled after one that failed: all that follow are given back together", async () => {
    const world = new World();
    world.failing.add("a");
    const released = world.hold("release a");
    const answer = await world.consume(inGroup("g", "a", "b", "c"));
    await world.clock.runUntil("the release of a", () => world.log.includes("release a"));
    expect(world.log).toEqual(["claim a b c", "handle a", "release a"]);
    released();
    await world.clock.settle();
    expect(world.log.slice(3)).toEqual(["release b c"]);
    expect(answer.failed).toEqual([0, 1, 2]);
  });
});
