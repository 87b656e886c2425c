import type { Book } from "../book.ts";
import { type Case, isResolved } from "../entities.ts";
import { checkEffects } from "./effect-rules.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Checks a run at rest: every event that publish() accepted has been settled at each of its subscribers, with its effects. */
export function checkEnd(book: Book): Finding | undefined {
  const deadLetters = deadLettersIn(book);
  for (const event of book.ledger.events) {
    for (const entry of event.cases.values()) {
      if (!isResolved(entry)) {
        return findingAt("nothing-lost", lostProblem(entry), entry);
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
  if (written === undefined || entry.event.name === undefined) {
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
