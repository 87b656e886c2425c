import type { Scenario, WorkloadWorld } from "../../lib/testing/index.ts";
import { drawStory, type Story } from "./behaviour.ts";
import { shop } from "./contract.ts";
import { drawMalformed } from "./malformed.ts";
import { drawSubscribers, NAMES } from "./subscribers.ts";

const EVENTS = ["OrderPlaced", "OrderPaid", "QuoteGiven"] as const;

const HOUR_MS = 3_600_000;

/** Draws a shop: standard or FIFO, with subscribers, and a day's work in a minute. */
export function drawScenario(random: () => number): Scenario<typeof shop> {
  const fifo = random() < 0.5;
  const story = drawStory(random);
  const subscribers = drawSubscribers(random, story);
  const compression = random();
  // Pollers poll: days of theirs would take long to run.
  const late = random() < 0.25 && subscribers.every((subscriber) => !("poll" in subscriber));
  return {
    contract: shop,
    fifo,
    subscribers,
    publisher: {
      maxMessageBytes: 1_024,
      lingerMs: Math.floor(random() * 10),
      concurrency: 1 + Math.floor(random() * 4),
      maxAttempts: 2 + Math.floor(random() * 5),
      ...(compression < 0.15 ? { compress: "gzip" } : compression < 0.25 ? { compress: "zstd" } : {}),
    },
    workload: (world) => work(world, story, late),
  };
}

type World = WorkloadWorld<typeof shop>;

async function work(world: World, story: Story, late: boolean): Promise<void> {
  const int = intOf(world);
  const calls: Promise<unknown>[] = [];
  story.begin(world.now());
  const published = await publishAll(world, calls);
  const publishAgain = () => {
    const publish = published[int(0, published.length - 1)];
    if (publish !== undefined) {
      calls.push(attempt(publish()));
    }
  };
  for (let again = int(0, 3); again > 0; again--) {
    await world.pause(int(10, 20_000));
    publishAgain();
  }
  if (world.random() < 0.4) {
    await world.pause(int(5_000, 90_000));
    redriveAll(world);
  }
  if (late) {
    // Days later: what is done must still be known. After 14, the first dead letters would have expired.
    await world.pause(int(13, 14 * 24 - 1) * HOUR_MS);
    redriveAll(world);
    for (let again = int(1, 4); again > 0; again--) {
      publishAgain();
    }
  }
  await Promise.all(calls);
}

/** Publishes the events of a run. Returns what publishes each of them again. */
async function publishAll(world: World, calls: Promise<unknown>[]): Promise<readonly (() => Promise<void>)[]> {
  const int = intOf(world);
  const published: (() => Promise<void>)[] = [];
  const count = int(6, 18);
  const orders = int(1, 6);
  // Callers that publish again what they were not sure of: two workers meet at one event.
  const repeats = world.random() < 0.5 ? 0 : world.random();
  for (let n = 1; n <= count; n++) {
    if (world.random() < 0.1) {
      const body = drawMalformed(() => world.random(), n);
      calls.push(attempt(world.publishMalformed(body, { type: "OrderPlaced", group: `o${int(1, orders)}` })));
    }
    const data = {
      orderId: `o${int(1, orders)}`,
      region: world.random() < 0.7 ? ("eu" as const) : ("us" as const),
      total: n,
      // Large even when it is compressed.
      ...(world.random() < 0.15 ? { note: Array.from({ length: 200 }, () => world.random()).join() } : {}),
    };
    const name = EVENTS[int(0, 2)] ?? EVENTS[0];
    const publish = () => world.publish(name, data, { id: `e${n}` });
    published.push(publish);
    calls.push(attempt(publish()));
    if (world.random() < repeats) {
      calls.push(world.pause(int(0, 2_000)).then(() => attempt(publish())));
    }
    // Mostly in bursts, so that batches fill up.
    if (world.random() < 0.3) {
      await world.pause(int(1, 3_000));
    }
  }
  return published;
}

function redriveAll(world: World): void {
  for (const name of NAMES) {
    world.redrive(name);
  }
}

function intOf(world: World): (low: number, high: number) => number {
  return (low, high) => low + Math.floor(world.random() * (high - low + 1));
}

/** What a publisher was told is its own business: the simulator checks it. */
async function attempt(call: Promise<void>): Promise<void> {
  await call.catch(() => undefined);
}
