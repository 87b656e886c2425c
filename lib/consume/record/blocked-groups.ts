import type { Retry } from "../../hook/index.ts";
import type { Delivery } from "./delivery.ts";
import type { Settled } from "./execution.ts";

/**
 * The rule that keeps a FIFO group in order: after a message that is redelivered, the rest of its group is redelivered with it, at
 * the same time and untouched. Other groups go on.
 */
export class BlockedGroups {
  readonly #blockers = new Map<string, Retry>();

  /** Notes a settled delivery: its group is blocked if it is redelivered. */
  note({ delivery, outcome }: Settled): void {
    if (delivery.fifo && outcome.kind === "retry" && !this.#blockers.has(delivery.group)) {
      this.#blockers.set(delivery.group, outcome);
    }
  }

  /** The outcome of a delivery in a blocked group; `undefined` where the group is not blocked. */
  outcomeOf(delivery: Delivery): Retry | undefined {
    const blocker = delivery.fifo ? this.#blockers.get(delivery.group) : undefined;
    return blocker === undefined ? undefined : { ...blocker, cause: "group", error: undefined };
  }
}
