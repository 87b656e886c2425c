import { Semaphore } from "../../std/index.ts";
import { type BatchSettings, callBatchHandler, executionAfter } from "../handle/index.ts";
import {
  BlockedGroups,
  type Delivery,
  type Invocation,
  type Prepared,
  type Ready,
  type Settled,
} from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { claim, execute, held, type Steps } from "./steps.ts";

/** What a batch run needs to know of the consumer. */
export interface BatchRunSettings extends BatchSettings {
  /** Offloaded payloads that are fetched at once. */
  readonly concurrency: number;
}

/** Passes all events of an invocation to one handler, and gives each delivery its own outcome. */
export async function runBatch(
  deliveries: readonly Delivery[],
  steps: Steps,
  invocation: Invocation,
  settings: BatchRunSettings,
): Promise<readonly Settled[]> {
  const decoding = new Semaphore(settings.concurrency);
  const decoded = await Promise.all(deliveries.map((each) => decoding.run(() => steps.decoder.decode(each))));
  const prepared = await Promise.all(decoded.map((each) => claim(each, steps)));
  const { ready, settled } = await settleUnhandled(prepared, steps);
  const handled = ready.length === 0 ? [] : await handle(ready, steps, invocation, settings);
  steps.settlement.hurry();
  return await Promise.all([...settled, ...handled]);
}

/** Settles what cannot be handled. FIFO: what follows a message that is redelivered must not be handled before it. */
async function settleUnhandled(
  prepared: readonly Prepared[],
  steps: Steps,
): Promise<{ readonly ready: readonly Ready[]; readonly settled: readonly Promise<Settled>[] }> {
  const ready: Ready[] = [];
  const settled: Promise<Settled>[] = [];
  const groups = new BlockedGroups();
  for (const each of prepared) {
    const delivery = each.kind === "ended" ? each.execution.delivery : each.delivery;
    const blocked = groups.outcomeOf(delivery);
    if (each.kind === "ready" && blocked === undefined) {
      ready.push(each);
      continue;
    }
    const settling = steps.settlement.settle(
      blocked === undefined ? await execute(each, steps) : held(each, blocked, steps),
    );
    settled.push(settling);
    if (delivery.fifo && each.kind === "ended" && blocked === undefined) {
      groups.note(await settling);
    }
  }
  return { ready, settled };
}

async function handle(
  batch: readonly Ready[],
  steps: Steps,
  invocation: Invocation,
  settings: BatchRunSettings,
): Promise<readonly Promise<Settled>[]> {
  const { gate, guarantee, settlement } = steps;
  const closed = gate.closed();
  if (closed !== undefined) {
    return batch.map((ready) => settlement.settle(held(ready, closed, steps)));
  }
  const resultOf = await callBatchHandler(settings, invocation, batch);
  settlement.hurry();
  const executionFor = (ready: Ready) => executionAfter(resultOf(ready), ready, invocation, guarantee);
  const groups = Map.groupBy(batch, (ready) => {
    // After a timeout the handler may still be at all of them: each keeps its claim, and no group needs the rule.
    const inOrder = ready.delivery.fifo && resultOf(ready).kind !== "timedOut";
    return inOrder ? ready.delivery.group : undefined;
  });
  const settled = await Promise.all(
    [...groups].map(([group, items]) =>
      group === undefined
        ? items.map((ready) => settlement.settle(executionFor(ready)))
        : settleInOrder(
            items,
            // What follows a failed item is redelivered after it, even if the handler took it.
            async (ready, blocked) => (blocked === undefined ? executionFor(ready) : held(ready, blocked, steps)),
            settlement,
          ),
    ),
  );
  return settled.flat();
}
