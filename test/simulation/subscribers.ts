import type { HandlerContext, Handlers } from "../../lib/index.ts";
import { PermanentError } from "../../lib/index.ts";
import { EFFECTS_TABLE, type HandlerWorld, type Subscriber } from "../../lib/testing/index.ts";
import type { shop } from "./contract.ts";

/** How an event behaves at a subscriber, try by try; the last one stays. */
export type Behaviour = "ok" | "throw" | "throwAfterEffect" | "retry" | "permanent" | "slow" | "hang" | "deaf";

/** Draws the behaviour of an event at a subscriber: the same for each try of one run. */
export type BehaviourOf = (subscriber: string, eventId: string, attempt: number) => Behaviour;

interface Kind {
  readonly name: string;
  readonly guarantee: "exactly-once" | "at-least-once" | "at-most-once";
  readonly commits: boolean;
  readonly expired: "drop" | "dead-letter";
  readonly filterPolicy?: Readonly<Record<string, readonly unknown[]>>;
}

const types = (...names: string[]) => names.map((name) => `shop.${name}`);

const KINDS: readonly Kind[] = [
  { name: "ledger", guarantee: "exactly-once", commits: true, expired: "drop" },
  { name: "billing", guarantee: "exactly-once", commits: false, expired: "dead-letter" },
  {
    name: "audit",
    guarantee: "at-least-once",
    commits: false,
    expired: "drop",
    filterPolicy: { region: ["eu"], type: types("OrderPlaced", "OrderPaid") },
  },
  {
    name: "mail",
    guarantee: "at-most-once",
    commits: false,
    expired: "drop",
    filterPolicy: { type: types("OrderPlaced", "QuoteGiven") },
  },
];

/** Draws two or three subscribers with the settings of their queues and functions. */
export function drawSubscribers(random: () => number, behaviourOf: BehaviourOf): Subscriber<typeof shop>[] {
  const int = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const kinds = KINDS.map((kind) => ({ kind, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, int(2, 3));
  return kinds.map(({ kind }) => {
    const timeoutSeconds = int(4, 12);
    const concurrency = int(1, 6);
    const standardQueue = random() < 0.2;
    const recordTimeoutMs = random() < 0.3 ? int(500, 3_000) : undefined;
    const batchSize = standardQueue || random() < 0.8 ? int(1, 10) : int(11, 40);
    return {
      name: kind.name,
      handlers: (world) => handlersOf(kind, world, behaviourOf, timeoutSeconds),
      ...(kind.filterPolicy === undefined ? {} : { filterPolicy: kind.filterPolicy }),
      standardQueue,
      batchSize,
      maxConcurrency: int(1, 3),
      timeoutSeconds,
      maxReceiveCount: int(3, 6),
      options: {
        guarantee: kind.guarantee,
        concurrency,
        expired: kind.expired,
        ...(recordTimeoutMs === undefined ? {} : { recordTimeoutMs }),
        backoff: { baseSeconds: 1, capSeconds: int(5, 60) },
      },
    };
  });
}

function handlersOf(
  kind: Kind,
  world: HandlerWorld,
  behaviourOf: BehaviourOf,
  timeoutSeconds: number,
): Handlers<typeof shop> {
  const handle = async (_data: unknown, context: HandlerContext) => {
    const behaviour = behaviourOf(kind.name, context.event.id, context.attempt);
    const pause = () => world.work(1 + Math.floor(world.random() * 30), context.signal);
    await pause();
    switch (behaviour) {
      case "throw":
        throw new Error("the warehouse did not answer");
      case "retry":
        context.retry({ after: 1 + Math.floor(world.random() * 5) });
        break;
      case "permanent":
        throw new PermanentError("the customer is unknown");
      case "slow":
        await world.work(world.random() * timeoutSeconds * 900, context.signal);
        break;
      case "hang":
        await world.work(timeoutSeconds * 5_000, context.signal);
        break;
      case "deaf":
        // Works on after it was given up: only the store can keep what it then writes from happening twice.
        await world.work(timeoutSeconds * (500 + world.random() * 2_000));
        break;
    }
    if (kind.commits) {
      await commit(kind.name, context);
    } else if (behaviour !== "deaf") {
      await pause();
    }
    if (behaviour === "throwAfterEffect") {
      throw new Error("failed in its last line");
    }
  };
  return { OrderPlaced: handle, OrderPaid: handle, QuoteGiven: handle };
}

/** One more for the event's counter, in the transaction that completes it. */
async function commit(subscriber: string, context: HandlerContext): Promise<void> {
  await context.commit([
    {
      Update: {
        TableName: EFFECTS_TABLE,
        Key: { id: { S: `${subscriber}/${context.event.id}` } },
        UpdateExpression: "ADD effects :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      },
    },
  ]);
}
