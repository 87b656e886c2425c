import type { Scenario, WorkloadWorld } from "../../lib/testing/index.ts";
import { shop } from "./contract.ts";
import { type Behaviour, type BehaviourOf, drawSubscribers } from "./subscribers.ts";

const BEHAVIOURS: readonly (readonly [Behaviour, number])[] = [
  ["ok", 60],
  ["throw", 10],
  ["throwAfterEffect", 4],
  ["retry", 6],
  ["permanent", 5],
  ["slow", 8],
  ["hang", 3],
  ["deaf", 4],
];

/** Bodies that are no events: not JSON, no envelope, of a type that nobody knows, a pointer to where nobody may read. */
const MALFORMED = [
  (n: number) => `{"broken ${n}`,
  (n: number) => `[${n}]`,
  (n: number) => JSON.stringify({ specversion: "1.0", id: "", source: "x", type: "shop.OrderPlaced", n }),
  (n: number) => `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"other","s3Key":"k${n}"}]`,
];

/** Draws a shop: standard or FIFO, with subscribers, and a day's work in a minute. */
export function drawScenario(random: () => number): Scenario<typeof shop> {
  const fifo = random() < 0.5;
  const names = ["OrderPlaced", "OrderPaid", "QuoteGiven"] as const;
  const permanentFailures = random() < 0.3;
  const behaviourOf = drawBehaviours(random, permanentFailures);
  return {
    contract: shop,
    fifo,
    subscribers: drawSubscribers(random, behaviourOf),
    publisher: {
      maxMessageBytes: 1_024,
      lingerMs: Math.floor(random() * 10),
      concurrency: 1 + Math.floor(random() * 4),
      maxAttempts: 2 + Math.floor(random() * 5),
    },
    workload: (world) => work(world, names),
  };
}

function drawBehaviours(random: () => number, permanentFailures: boolean): BehaviourOf {
  const salt = random();
  const total = BEHAVIOURS.reduce((sum, [, weight]) => sum + weight, 0);
  return (subscriber, eventId, attempt) => {
    if (permanentFailures && unit(`${salt}${subscriber}${eventId}`) < 0.2) {
      return "throw";
    }
    // Other things go well in the end.
    if (attempt > 2) {
      return "ok";
    }
    let left = unit(`${salt}${subscriber}${eventId}${attempt}`) * total;
    for (const [behaviour, weight] of BEHAVIOURS) {
      left -= weight;
      if (left < 0) {
        return behaviour;
      }
    }
    return "ok";
  };
}

/** A number in [0, 1) that belongs to a text. */
function unit(text: string): number {
  let hash = 7;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

async function work(
  world: WorkloadWorld<typeof shop>,
  names: readonly ["OrderPlaced", "OrderPaid", "QuoteGiven"],
): Promise<void> {
  const int = (low: number, high: number) => low + Math.floor(world.random() * (high - low + 1));
  const calls: Promise<unknown>[] = [];
  const published: (() => Promise<void>)[] = [];
  const count = int(6, 18);
  const orders = int(1, 6);
  // Callers that publish again what they were not sure of: two workers meet at one event.
  const repeats = world.random() < 0.5 ? 0 : world.random();
  for (let n = 1; n <= count; n++) {
    if (world.random() < 0.08) {
      const body = (MALFORMED[int(0, MALFORMED.length - 1)] ?? String)(n);
      calls.push(attempt(world.publishMalformed(body, { type: "OrderPlaced", group: `o${int(1, orders)}` })));
    }
    const data = {
      orderId: `o${int(1, orders)}`,
      region: world.random() < 0.7 ? ("eu" as const) : ("us" as const),
      total: n,
      ...(world.random() < 0.15 ? { note: "x".repeat(1_500) } : {}),
    };
    const name = names[int(0, 2)] ?? names[0];
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
  for (let again = int(0, 3); again > 0; again--) {
    await world.pause(int(10, 20_000));
    const publish = published[int(0, published.length - 1)];
    if (publish !== undefined) {
      calls.push(attempt(publish()));
    }
  }
  if (world.random() < 0.4) {
    await world.pause(int(5_000, 90_000));
    for (const name of ["ledger", "billing", "audit", "mail"]) {
      world.redrive(name);
    }
  }
  await Promise.all(calls);
}

/** What a publisher was told is its own business: the simulator checks it. */
async function attempt(call: Promise<void>): Promise<void> {
  await call.catch(() => undefined);
}
