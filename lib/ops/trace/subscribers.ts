import type { FilteredFact, LetterFact, OutcomeFact } from "./facts.ts";
import type { SubscriberState, SubscriberTrace, TraceStep } from "./model.ts";

/** What happens at a subscriber. */
export type SubscriberFact = FilteredFact | OutcomeFact | LetterFact;

/** What became of an event at one subscriber; facts of one queue. Events that were caused are added later. */
export function subscriberOf(
  queue: string,
  facts: readonly SubscriberFact[],
): Omit<SubscriberTrace, "caused"> & { readonly by: ReadonlySet<string> } {
  const outcomes = facts.filter((fact) => fact.kind === "outcome").sort(inOrder);
  const letters = facts.filter((fact) => fact.kind === "letter").sort((a, b) => a.at - b.at);
  const filtered = facts.filter((fact) => fact.kind === "filtered");
  return {
    queue,
    consumer: outcomes[0]?.consumer,
    state: stateOf(outcomes, letters),
    steps: [
      ...filtered.slice(0, 1).map(({ at }): TraceStep => ({ kind: "withheld", at })),
      ...attemptsOf(outcomes),
      ...letters.map(({ at, deadLetterQueue, error }): TraceStep => ({ kind: "waiting", at, deadLetterQueue, error })),
    ],
    by: new Set(outcomes.flatMap(({ by }) => by ?? [])),
  };
}

/** Clocks of two machines may differ by more than two attempts take: the counts of one message say more. */
function inOrder(a: OutcomeFact, b: OutcomeFact): number {
  return a.messageId === b.messageId ? a.attempt - b.attempt || a.at - b.at : a.at - b.at;
}

function attemptsOf(outcomes: readonly OutcomeFact[]): TraceStep[] {
  const steps: TraceStep[] = [];
  const seen = new Set<string>();
  let redriven = 0;
  for (const fact of outcomes) {
    const { messageId, attempt, outcome, cause, afterSeconds, error, at, sentAt, receivedAt, redrives = 0 } = fact;
    if (redrives > redriven) {
      steps.push({ kind: "redriven", at: sentAt ?? receivedAt ?? at, messageId, count: redrives });
      redriven = redrives;
    } else if (!seen.has(messageId) && sentAt !== undefined) {
      steps.push({ kind: "delivered", at: sentAt, messageId });
    }
    seen.add(messageId);
    const durationMs = receivedAt === undefined ? undefined : Math.max(0, at - receivedAt);
    steps.push({ kind: "attempt", at, messageId, attempt, outcome, cause, afterSeconds, error, durationMs });
  }
  return steps;
}

function stateOf(outcomes: readonly OutcomeFact[], letters: readonly LetterFact[]): SubscriberState {
  // That it came again after it was done changes nothing.
  const last = outcomes.findLast(({ outcome }) => outcome !== "duplicate") ?? outcomes.at(-1);
  const letter = letters.at(-1);
  if (letter !== undefined && last?.outcome !== "done") {
    return letter.undelivered ? "undelivered" : "deadLettered";
  }
  return last?.outcome ?? "withheld";
}
