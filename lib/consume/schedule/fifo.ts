import type { Semaphore } from "../../std/index.ts";
import {
  type Decoded,
  type Delivery,
  type Ended,
  type Execution,
  endedEarly,
  executionOf,
  type Prepared,
  type Retry,
  type Settled,
  type Several,
  unclaimedExecution,
} from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { executeAll } from "./several.ts";
import { claim, decode, held, outcomeOfRepeated, type Steps } from "./steps.ts";

/** A delivery with what is prepared of it ahead of its turn: decoded, and mostly claimed. */
interface Turn {
  readonly delivery: Delivery;
  readonly ahead: Promise<Decoded | Prepared | Several>;
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
  if (deliveries.length === 0) {
    // `hurry` below also applies to the standard queue's completions, which should share calls.
    return [];
  }
  // An earlier run of this invocation may have hurried: a circuit breaker probes with one delivery after another.
  steps.settlement.relax();
  const groups = Map.groupBy(deliveries, ({ group }) => group);
  // The first of each group starts as soon as it is claimed, as long as there are slots; the others have to wait.
  const starting = new Set([...groups.values()].slice(0, slots.free).map(([first]) => first));
  const settled = await Promise.all(
    [...groups.values()]
      .map((group) => turnsOf(group, steps, starting))
      .map((turns) =>
        slots.run(() => settleInOrder(turns, (turn, blocked) => run(turn, blocked, steps), steps.settlement)),
      ),
  );
  steps.settlement.hurry();
  return await Promise.all(settled.flat());
}

/**
 * Decodes the deliveries of a group side by side, and claims their events ahead, in order: of two deliveries of one event, the
 * earlier has the claim. What follows a message with several events is claimed in its turn, as those are.
 */
function turnsOf(
  group: readonly Delivery[],
  steps: Steps,
  starting: ReadonlySet<Delivery | undefined>,
): readonly Turn[] {
  let mayClaim: Promise<boolean> = Promise.resolve(true);
  return group.map((delivery) => {
    // A fault of ours fails its own delivery only.
    const failed = (error: unknown) => endedEarly(delivery, { kind: "retry", cause: "dependency", error });
    const decoding = decode(delivery, steps).catch(failed);
    const before = mayClaim;
    mayClaim = nextMayClaim(before, decoding);
    const ahead = claimAhead(before, decoding, steps, starting.has(delivery)).catch(failed);
    return { delivery, ahead };
  });
}

async function nextMayClaim(before: Promise<boolean>, decoding: Promise<Decoded | Ended | Several>): Promise<boolean> {
  return (await decoding).kind !== "several" && (await before);
}

async function claimAhead(
  before: Promise<boolean>,
  decoding: Promise<Decoded | Ended | Several>,
  steps: Steps,
  startsNow: boolean,
): Promise<Decoded | Prepared | Several> {
  const mayClaim = await before;
  const decoded = await decoding;
  return decoded.kind === "several" || !mayClaim ? decoded : await claim(decoded, steps, startsNow);
}

async function run({ delivery, ahead }: Turn, blocked: Retry | undefined, steps: Steps): Promise<Execution> {
  const decoded = await ahead;
  if (blocked !== undefined) {
    return decoded.kind === "decoded"
      ? unclaimedExecution(delivery, blocked, decoded.event.info)
      : held(decoded, blocked);
  }
  const prepared = decoded.kind === "decoded" ? await claim(decoded, steps, true) : decoded;
  if (prepared.kind === "repeated" && prepared.first.delivery.group !== delivery.group) {
    // Only looked at, not waited for: the first is in a group that may wait for this one.
    return executionOf(prepared, outcomeOfRepeated(prepared, prepared.first.outcome), "none");
  }
  return await executeAll(prepared, steps);
}
