import type { Book } from "../book.ts";
import { type Case, type Invocation, isResolved, wasDisturbed } from "../entities.ts";
import { checkEffects } from "./effect-rules.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Attempts of one statement, or of one dead letter, before the consumer gives up. */
const TRIES = 3;

/** Checks a run at rest: every event that publish() accepted has been settled at each of its subscribers, with its effects. */
export function checkEnd(book: Book): Finding | undefined {
  const deadLetters = deadLettersIn(book);
  for (const event of book.ledger.events) {
    for (const entry of event.cases.values()) {
      const problem = isResolved(entry) ? checkGivenUp(entry) : lostProblem(entry);
      if (problem !== undefined) {
        return findingAt("nothing-lost", problem, entry);
      }
      const finding = checkRemains(book, entry, deadLetters.has(entry));
      if (finding !== undefined) {
        return finding;
      }
    }
  }
  return undefined;
}

/** The events of which the dead-letter queues have messages. */
function deadLettersIn({ options, ledger }: Book): ReadonlySet<Case> {
  const letters = options.deployment.subscribers.flatMap(({ name, deadLetterQueueArn }) =>
    options.aws.engine.sqs.inspect(deadLetterQueueArn).flatMap(({ body }) => {
      const event = ledger.eventOfBody(body);
      return event === undefined ? [] : [ledger.caseOf(event, name)];
    }),
  );
  return new Set(letters);
}

function checkRemains(book: Book, entry: Case, isDeadLetter: boolean): Finding | undefined {
  const written = book.deployedBy("name", entry.subscriber)?.subscriber.effects;
  // What at-most-once gave up because of a fault is in no queue.
  const isGivenUp = entry.claimedBy.size > 0 && !entry.handled;
  if (written === undefined || entry.event.name === undefined || isGivenUp) {
    return undefined;
  }
  const effects = book.options.effects.count(entry.subscriber, entry.event.id);
  return checkEffects({ entry, written, effects, isDeadLetter, guarantee: book.guaranteeOf(entry.subscriber) });
}

function lostProblem(entry: Case): string {
  const messages = [...entry.messages.values()];
  const deleted = messages.filter((message) => message.deleted).length;
  return `it was neither processed nor dead-lettered nor expired; of its ${messages.length} messages ${deleted} were deleted`;
}

function hasStalled({ worker, startedAt }: Invocation): boolean {
  return worker.canStall && worker.lastTroubleAt >= startedAt;
}

/** At-most-once gives up an event only if a crash or a fault came between its claim and its settlement. */
function checkGivenUp(entry: Case): string | undefined {
  if (entry.claimedBy.size === 0 || entry.handled || entry.deadLettered || entry.deadLetteredBySqs) {
    return undefined;
  }
  if ([...entry.claimedBy].some((by) => by.state === "crashed" || wasDisturbed(by, TRIES) || hasStalled(by))) {
    return undefined;
  }
  return entry.runs.length === 0
    ? "it was marked done by a claim, never handled, and nothing else had failed"
    : "its handler failed under at-most-once, it was not dead-lettered, and nothing else had failed";
}
