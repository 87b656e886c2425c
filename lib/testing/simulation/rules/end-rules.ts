import { type Case, isResolved, wasDisturbed } from "../entities.ts";
import type { Ledger } from "../ledger.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Attempts of one statement, or of one dead letter, before the consumer gives up. */
const TRIES = 3;

/** Checks a run at rest: every event that publish() accepted has been settled at each of its subscribers. */
export function checkEnd(ledger: Ledger): Finding | undefined {
  for (const event of ledger.events) {
    for (const entry of event.cases.values()) {
      const problem = isResolved(entry) ? checkGivenUp(entry) : lostProblem(entry);
      if (problem !== undefined) {
        return findingAt("nothing-lost", problem, entry);
      }
    }
  }
  return undefined;
}

function lostProblem(entry: Case): string {
  const messages = [...entry.messages.values()];
  const deleted = messages.filter((message) => message.deleted).length;
  return `it was neither processed nor dead-lettered nor expired; of its ${messages.length} messages ${deleted} were deleted`;
}

/** At-most-once gives up an event only if a crash or a fault came between its claim and its settlement. */
function checkGivenUp(entry: Case): string | undefined {
  if (entry.claimedBy.size === 0 || entry.handled || entry.deadLettered || entry.deadLetteredBySqs) {
    return undefined;
  }
  if ([...entry.claimedBy].some((by) => by.state === "crashed" || wasDisturbed(by, TRIES))) {
    return undefined;
  }
  return entry.runs.length === 0
    ? "it was marked done by a claim, never handled, and nothing else had failed"
    : "its handler failed under at-most-once, it was not dead-lettered, and nothing else had failed";
}
