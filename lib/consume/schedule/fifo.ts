import type { Semaphore } from "../../std/index.ts";
import type { Delivery, Execution, Prepared, Retry, Settled, Several } from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { executeAll } from "./several.ts";
import { decode, held, prepareDecoded, type Steps, withoutTurn } from "./steps.ts";

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
  const turnsOf = (group: readonly Delivery[]) => {
    // The first delivery of an event is the one whose turn comes first, whichever is decoded first.
    let ahead: Promise<unknown> = Promise.resolve();
    return group.map((delivery): Turn => {
      const decoded = Promise.all([decode(delivery, steps), ahead]);
      ahead = decoded;
      const prepared = decoded.then(([each]) => prepareDecoded(delivery, each, steps, starting.has(delivery)));
      return { delivery, prepared };
    });
  };
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
  return ahead.kind === "repeated" ? withoutTurn(ahead) : await executeAll(ahead, steps);
}
