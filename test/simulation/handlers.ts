import {
  type BatchContext,
  type BatchItem,
  type HandlerContext,
  type Handlers,
  PermanentError,
  RetryError,
} from "../../lib/index.ts";
import type { HandlerWorld } from "../../lib/testing/index.ts";
import type { Behaviour, Story } from "./behaviour.ts";
import type { shop } from "./contract.ts";
import type { Kind } from "./subscribers.ts";

/** The handlers of a subscriber: each call behaves as the story has it, and writes one effect. */
export function handlersOf(
  kind: Kind,
  world: HandlerWorld,
  story: Story,
  timeoutSeconds: number,
): Handlers<typeof shop> {
  const handle = async (_data: unknown, context: HandlerContext) => {
    const behaviour = story.behaviourOf(kind.name, context.event.id, context.attempt);
    await world.work(1 + Math.floor(world.random() * 30), context.signal);
    if (story.isDown(kind.name, world.clock.now())) {
      throw new Error("the warehouse is down");
    }
    if (behaviour === "retry") {
      context.retry({ after: 1 + Math.floor(world.random() * 5) });
    }
    await behave(behaviour, world, context.signal, timeoutSeconds);
    if (kind.effects === "committed") {
      await context.commit([world.effectOf(context.event)]);
    } else {
      await world.writeEffect(context.event, context.signal);
    }
    if (behaviour === "throwAfterEffect") {
      throw new Error("failed in its last line");
    }
  };
  return { OrderPlaced: handle, OrderPaid: handle, QuoteGiven: handle };
}

/** The batch handler of a subscriber: each item behaves as the story has it, and writes one effect. */
export function batchHandlerOf(kind: Kind, world: HandlerWorld, story: Story, timeoutSeconds: number) {
  const handle = async (item: BatchItem<typeof shop>, signal: AbortSignal) => {
    const behaviour = story.behaviourOf(kind.name, item.event.id, item.attempt);
    if (behaviour === "permanent") {
      item.deadLetter("the customer is unknown");
      return;
    }
    if (behaviour === "retry") {
      item.fail(new RetryError("not yet", { after: 1 + Math.floor(world.random() * 5) }));
      return;
    }
    try {
      await behave(behaviour, world, signal, timeoutSeconds);
      await world.writeEffect(item.event, signal);
    } catch (error) {
      item.fail(error);
    }
    if (behaviour === "throwAfterEffect") {
      throw new Error("failed in its last line");
    }
  };
  return async (items: readonly BatchItem<typeof shop>[], { signal }: BatchContext): Promise<void> => {
    await world.work(1 + Math.floor(world.random() * 30), signal);
    if (story.isDown(kind.name, world.clock.now())) {
      throw new Error("the warehouse is down");
    }
    await Promise.all(items.map((item) => handle(item, signal)));
  };
}

async function behave(
  behaviour: Behaviour,
  world: HandlerWorld,
  signal: AbortSignal,
  timeoutSeconds: number,
): Promise<void> {
  switch (behaviour) {
    case "throw":
      throw new Error("the warehouse did not answer");
    case "permanent":
      throw new PermanentError("the customer is unknown");
    case "slow":
      await world.work(world.random() * timeoutSeconds * 900, signal);
      break;
    case "hang":
      await world.work(timeoutSeconds * 5_000, signal);
      break;
    case "deaf":
      // Works on after it was given up: only the store can keep what it then writes from happening twice.
      await world.work(timeoutSeconds * (500 + world.random() * 2_000));
      break;
  }
}
