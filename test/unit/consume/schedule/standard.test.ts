import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { BreakerOption, SqsRecord } from "../../../../lib/index.ts";
import { QUEUE_ARN, record } from "../support.ts";
import { LINGER_MS, message, World } from "./world.ts";

const messages = (count: number) => Array.from({ length: count }, (_, n) => message(`m${n}`));
const ofIds = (...ids: readonly string[]) => ids.map((id) => message(id));

/** A message that has to be inflated before it can be read. */
function compressed(text: string): SqsRecord {
  const contentEncoding = { dataType: "String", stringValue: "gzip" };
  return record(gzipSync(text).toString("base64"), { messageAttributes: { contentEncoding } });
}

/** Keeps all handlers open. Returns what ends that of an event. */
function holdHandlers(world: World, count: number): (n: number) => Promise<void> {
  const ends = Array.from({ length: count }, (_, n) => world.hold(`handle m${n}`));
  return async (n) => {
    ends[n]?.();
    await world.clock.settle();
  };
}

describe("how far is read ahead of the handlers", () => {
  test("where nothing is claimed: the next 25 when the last of those before has started", async () => {
    const world = new World();
    const end = holdHandlers(world, 60);
    await world.consume(messages(60), { guarantee: "at-least-once", concurrency: 2 });
    for (let n = 0; n < 22; n++) {
      await end(n);
    }
    expect([world.handled.length, world.decoded.length]).toEqual([24, 25]);
    await end(22);
    expect([world.handled.length, world.decoded.length]).toEqual([25, 50]);
    expect(world.log.every((call) => call.startsWith("handle"))).toBe(true);
  });

  test("where events are claimed: 8 claims of 25 wait for handlers", async () => {
    const world = new World();
    const end = holdHandlers(world, 260);
    const claims = () => world.log.filter((call) => call.startsWith("claim")).map((call) => call.split(" ").length - 1);
    await world.consume(messages(260), { concurrency: 10 });
    expect(claims()).toEqual([25, 25, 25, 25, 25, 25, 25, 25]);
    for (let n = 0; n < 15; n++) {
      await end(n);
    }
    expect([world.handled.length, claims().length]).toEqual([25, 9]);
  });

  test("a claim is sent before the events of the next are decoded", async () => {
    const world = new World();
    const decodedBefore: number[] = [];
    const claim = world.store.claim.bind(world.store);
    world.store.claim = (requests) => {
      // As a request over HTTP leaves: after everything that can be done at once.
      process.nextTick(() => decodedBefore.push(world.decoded.length));
      return claim(requests);
    };
    const answer = await world.consume(messages(60), { concurrency: 60 });
    await world.until("the end", () => answer.failed !== undefined);
    expect(decodedBefore).toEqual([25, 50, 60]);
  });

  test("what has to be inflated is read when there is a slot for its handler", async () => {
    const world = new World();
    const end = world.hold("handle a");
    const answer = await world.consume(["a", "b"].map(compressed), { concurrency: 1 });
    await world.until("the first handler", () => world.handled.length > 0);
    expect(world.decoded).toEqual(["a"]);
    end();
    await world.until("the end", () => answer.failed !== undefined);
    expect([world.handled, answer.failed]).toEqual([["handle a", "handle b"], []]);
  });
});

describe("slots on a standard queue", () => {
  test("only what has a slot at once is counted as started by its claim", async () => {
    const world = new World();
    world.hold("handle a");
    world.hold("handle b");
    await world.consume(ofIds("a", "b", "c"), { concurrency: 2 });
    expect([...world.store.items.values()].map(({ tries }) => tries)).toEqual([1, 1, 0]);
  });

  test("what is not handled neither waits for a slot nor gives one back", async () => {
    const world = new World();
    // Its handler was started as often as it may be: it is dead-lettered.
    world.release("a", 2);
    const ends = ["b", "c"].map((id) => world.hold(`handle ${id}`));
    const deadLetterQueues = { [QUEUE_ARN]: { url: "https://sqs/dlq", maxAttempts: 2 } };
    const answer = await world.consume(ofIds("b", "a", "b", "c"), { concurrency: 1, deadLetterQueues });
    await world.until("the dead letter", () => world.reasons.length > 0, LINGER_MS);
    expect(world.handled).toEqual(["handle b"]);
    for (const end of ends) {
      end();
      await world.clock.settle();
    }
    expect([world.handled, answer.failed]).toEqual([["handle b", "handle c"], []]);
  });

  test("an event that an earlier worker was interrupted with is handled alone", async () => {
    const world = new World();
    world.interrupt("b");
    const written = world.hold("complete a c");
    const answer = await world.consume(ofIds("a", "b", "c"), { concurrency: 2 });
    await world.clock.advance(1_000);
    expect(world.log).toEqual(["claim a b c", "handle a", "handle c", "complete a c"]);
    written();
    await world.clock.advance(1_000);
    expect(world.log.slice(4)).toEqual(["start b", "handle b", "complete b"]);
    expect(answer.failed).toEqual([]);
  });
});

describe("completions on a standard queue", () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each(["", "1"])(
    "wait for the handlers that still run, and no longer, in a bundle without FIFO: %j",
    async (without) => {
      const world = new World();
      vi.stubEnv("FANFARE_WITHOUT_FIFO", without);
      const end = world.hold("handle b");
      const answer = await world.consume(ofIds("a", "b", "c"));
      expect(world.log).toEqual(["claim a b c", "handle a", "handle b", "handle c"]);
      end();
      await world.clock.settle();
      expect(world.log.slice(4)).toEqual(["complete a c b"]);
      expect(answer.failed).toEqual([]);
    },
  );
});

test("completions do not wait for events that are still being claimed, and wait for handlers again after that", async () => {
  const world = new World();
  const first = Array.from({ length: 25 }, (_, index) => `a${index}`);
  const claimed = world.hold("claim b c d");
  const ended = world.hold("handle c");
  const answer = await world.consume(ofIds(...first, "b", "c", "d"));
  expect(
    world.log
      .filter((call) => call.startsWith("complete"))
      .join(" ")
      .split(" ")
      .toSorted(),
  ).toEqual(["complete", ...first].toSorted());
  claimed();
  await world.clock.settle();
  expect(world.log.slice(-3)).toEqual(["handle b", "handle c", "handle d"]);
  ended();
  await world.clock.settle();
  expect(world.log.at(-1)).toBe("complete b d c");
  expect(answer.failed).toEqual([]);
});

test("all that a circuit breaker does not let through is handed back, and nothing lingers", async () => {
  const world = new World();
  const outcome = { kind: "retry", cause: "circuit", error: undefined, notBefore: world.clock.now() + 5_000 } as const;
  const circuitBreaker: BreakerOption = {
    kind: "circuitBreaker",
    breakerFor: () => ({
      run: (deliveries, _run, handBack) => Promise.all(deliveries.map((delivery) => handBack(delivery, outcome))),
      settled: () => {},
      openNow: () => undefined,
      paused: async () => undefined,
    }),
  };
  const answer = await world.consume(ofIds("a", "b", "c"), { circuitBreaker });
  await world.until("the end", () => answer.failed !== undefined);
  expect([world.log, answer.failed]).toEqual([[], [0, 1, 2]]);
});
