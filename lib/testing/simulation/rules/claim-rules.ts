import type { Item } from "../../clients/index.ts";
import { type Invocation, type QueuedMessage, wasDisturbed } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/**
 * Checks that an invocation that has ended keeps no claim on an event that it did not process: the next delivery would wait for the
 * end of the lease.
 *
 * @param held the record of the event, if the invocation holds a claim in it
 */
export function checkClaimGivenUp(
  invocation: Invocation,
  message: QueuedMessage,
  held: Item | undefined,
): Finding | undefined {
  const { case: entry } = message;
  const outcome = invocation.outcomes.get(message.id)?.[0];
  const claimedAt = invocation.claims.get(entry);
  if (held === undefined || outcome === undefined || claimedAt === undefined) {
    return undefined;
  }
  const runs = entry.runs.filter((run) => run.invocation === invocation);
  // What may still run keeps its claim. What succeeded is completed, not released.
  if (runs.some((run) => run.timedOut || run.state !== "threw")) {
    return undefined;
  }
  // A lease that is over keeps nobody waiting.
  if (invocation.endsAt <= outcome.at) {
    return undefined;
  }
  // A claim that was written after the outcome is one of a call that arrived late.
  if (claimedAt >= outcome.at || (invocation.releases.has(entry) && wasDisturbed(invocation, 1))) {
    return undefined;
  }
  const name = outcome.cause === undefined ? outcome.kind : `${outcome.kind} (${outcome.cause})`;
  return findingAt("claims-given-up", `its outcome was "${name}", and its claim was kept`, entry);
}
