import type { Semaphore } from "../../std/index.ts";
import {
  type Decoded,
  type Delivery,
  type Execution,
  executionOf,
  type Prepared,
  type Retry,
  type Settled,
} from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { claim, execute, held, outcomeOfRepeated, prepare, type Steps } from "./steps.ts";

/** A delivery with what is prepared of it ahead of its turn. */
interface Turn {
  readonly delivery: Delivery;
  readonly prepared: Promise<Prepared | Decoded>;
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
  const turns = deliveries.map((delivery): Turn => {
    const prepareAhead = steps.claims?.ahead !== false;
    return { delivery, prepared: prepareAhead ? prepare(delivery, steps) : steps.decoder.decode(delivery) };
  });
  const groups = Map.groupBy(turns, ({ delivery }) => delivery.group);
  const settled = await Promise.all(
    [...groups.values()].map((group) =>
      slots.run(() => settleInOrder(group, (turn, blocked) => run(turn, blocked, steps), steps.settlement)),
    ),
  );
  steps.settlement.hurry();
  return await Promise.all(settled.flat());
}

async function run({ prepared }: Turn, blocked: Retry | undefined, steps: Steps): Promise<Execution> {
  const ahead = await prepared;
  if (blocked !== undefined) {
    return held(ahead, blocked, steps);
  }
  const ready = ahead.kind === "decoded" ? await claim(ahead, steps, async () => steps.gate.closed()) : ahead;
  if (ready.kind === "repeated" && ready.first.delivery.group !== ready.delivery.group) {
    // Only looked at, not waited for: the first is in a group that may wait for this one.
    return executionOf(ready, outcomeOfRepeated(ready.first.outcome), "none");
  }
  return await execute(ready, steps);
}
