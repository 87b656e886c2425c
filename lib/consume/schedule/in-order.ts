import { BlockedGroups, type Delivery, type Execution, type Retry, type Settled } from "../record/index.ts";
import type { Settlement } from "../settle/index.ts";

/**
 * Executes and settles the deliveries of one FIFO group in order. The next is executed while the completion of one that succeeded
 * is being written. After any other, its settlement is awaited, because it may block the group; and after one that was interrupted
 * before, because the next may be what interrupts it again.
 *
 * @param execute receives the outcome of a delivery in a blocked group
 */
export async function settleInOrder<Item extends { readonly delivery: Delivery }>(
  group: readonly Item[],
  execute: (item: Item, blocked: Retry | undefined) => Promise<Execution>,
  settlement: Settlement,
): Promise<readonly Promise<Settled>[]> {
  const groups = new BlockedGroups();
  const settled: Promise<Settled>[] = [];
  for (const item of group) {
    const blocked = groups.outcomeOf(item.delivery);
    const execution = await execute(item, blocked);
    const settling = settlement.settle(execution);
    settled.push(settling);
    if (blocked === undefined && (execution.interrupted || !succeeded(execution))) {
      groups.note(await settling);
    }
  }
  return settled;
}

function succeeded({ outcome }: Execution): boolean {
  return !(outcome instanceof Promise) && outcome.kind === "done";
}
