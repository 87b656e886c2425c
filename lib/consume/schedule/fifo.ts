import type { Semaphore } from "../../std/index.ts";
import {
  type Delivery,
  type Execution,
  executionOf,
  type Prepared,
  type Retry,
  type Settled,
  type Several,
} from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { executeAll } from "./several.ts";
import { held, outcomeOfRepeated, prepare, type Steps } from "./steps.ts";

/** A delivery with what is prepared of it ahead of its turn. */
interface Turn {
  readonly delivery: Delivery;
  readonly prepared: Promise<Prepared | Several>;
}

/**
 * Runs the deliveries of a FIFO queue: groups side by side, a slot per group, and the deliveries of a group one after another. After
 * one that is redelivered, the rest of its group is held back untouched; other groups go on.
 */
export async function runFifo(
  deliveries: readonly Delivery[],
  steps: Steps,
  slots: Semaphore,
): Promise<readonly Settled[]> {
  const groups = Map.groupBy(deliveries, ({ group }) => group);
  // The first of each group starts as soon as it is claimed, as long as there are slots; the others have to wait.
  const starting = new Set([...groups.values()].slice(0, slots.free).map(([first]) => first));
  const turnsOf = (group: readonly Delivery[]) =>
    group.map((delivery): Turn => ({ delivery, prepared: prepare(delivery, steps, starting.has(delivery)) }));
  const settled = await Promise.all(
    [...groups.values()]
      .map(turnsOf)
      .map((turns) =>
        slots.run(() => settleInOrder(turns, (turn, blocked) => run(turn, blocked, steps), steps.settlement)),
      ),
  );
  steps.settlement.hurry();
  return await Promise.all(settled.flat());
}

async function run({ prepared }: Turn, blocked: Retry | undefined, steps: Steps): Promise<Execution> {
  const ahead = await prepared;
  if (blocked !== undefined) {
    return held(ahead, blocked);
  }
  if (ahead.kind === "repeated" && ahead.first.delivery.group !== ahead.delivery.group) {
    // Only looked at, not waited for: the first is in a group that may wait for this one.
    return executionOf(ahead, outcomeOfRepeated(ahead.first.outcome), "none");
  }
  return await executeAll(ahead, steps);
}
