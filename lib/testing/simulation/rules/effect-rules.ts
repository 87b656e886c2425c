import type { Guarantee } from "../../../consume/index.ts";
import type { Case } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/** What an event came to at a subscriber, told from what is left of it: effects, and messages in queues. */
export interface Remains {
  readonly entry: Case;
  readonly guarantee: Guarantee;
  /** How the subscriber's handlers write their effects. */
  readonly written: "committed" | "written";
  /** How often the event's effects are in the table. */
  readonly effects: number;
  /** Whether the dead-letter queue has a message of it. */
  readonly isDeadLetter: boolean;
}

/** Checks at the end of a run that the effects in the table are those of the events that are done. */
export function checkEffects(remains: Remains): Finding | undefined {
  const { entry, effects, guarantee, written, isDeadLetter } = remains;
  // At-most-once is checked where handlers start: a dead letter of it may be handled again by whoever redrives it.
  if (guarantee === "exactly-once" && written === "committed" && effects > 1) {
    return findingAt("effects-once", `its effects are in the table ${effects} times under ${guarantee}`, entry);
  }
  if (effects > 0 || isDeadLetter || entry.expired) {
    return undefined;
  }
  return entry.acknowledged
    ? findingAt("effects-done", "it counts as processed, and its effects are not in the table", entry)
    : findingAt(
        "nothing-lost",
        "its effects are not in the table, and the dead-letter queue has no message of it",
        entry,
      );
}
