import type { DeadLetter } from "./dead-letters.ts";
import type { Journal, RecordedOutcome } from "./journal.ts";
import type { AppSubscriber } from "./subscribers.ts";

/** Most printed lines that are shown: a noisy handler must not hide the outcomes. */
const MAX_LINES = 20;

/** What a history is made of. */
export interface HistoryParts {
  readonly journal: Journal;
  readonly subscribers: readonly AppSubscriber[];
  /** Dead letters of the event, by the subscriber's title. */
  readonly deadLetters: ReadonlyMap<string, readonly DeadLetter[]>;
}

interface Happening {
  readonly at: number;
  readonly text: string;
}

/** Describes what happened to an event, one thing per line, in order, with what its handlers printed meanwhile. */
export function historyOf(eventId: string, { journal, subscribers, deadLetters }: HistoryParts): string {
  const publications = journal.publications.filter((publication) => publication.eventId === eventId);
  const outcomes = journal.outcomes.filter((outcome) => outcome.eventId === eventId);
  const name = publications[0]?.event ?? outcomes[0]?.event ?? "of unknown name";
  const start = Math.min(...[...publications, ...outcomes].map(({ at }) => at));
  const happenings: Happening[] = [
    ...publications.map(({ at, target, messageId }) => ({
      at,
      text: `published to ${target} as message ${messageId}`,
    })),
    ...outcomes.map((outcome) => ({ at: outcome.at, text: outcomeText(outcome) })),
    ...linesOf(journal, outcomes),
    ...journal.problems
      .filter(({ at }) => at >= start)
      .map(({ at, functionName, message }) => ({ at, text: `${functionName ?? "runtime"}: ${message}` })),
  ];
  const lines = happenings
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `  +${String(at - start).padStart(6)} ms  ${text}`);
  const heard = new Set(outcomes.map(({ queue }) => queue));
  const silent = subscribers
    .filter(({ consumer, queueName }) => consumer !== undefined && !heard.has(queueName))
    .map(({ title }) => title);
  const inDeadLetterQueues = [...deadLetters].flatMap(([title, each]) =>
    each.map((deadLetter) => deadLetterText(title, deadLetter)),
  );
  return [
    `History of event ${eventId} (${name}):`,
    ...(lines.length === 0 ? ["  it was neither published through this app nor seen by a consumer"] : lines),
    ...inDeadLetterQueues,
    ...(silent.length === 0 ? [] : [`  not seen by: ${silent.join(", ")}`]),
  ].join("\n");
}

function outcomeText({ outcome, consumer, attempt, cause, afterSeconds, error }: RecordedOutcome): string {
  const when = afterSeconds === undefined ? "" : `, redelivered after ${afterSeconds} s`;
  const why = error === undefined ? "" : `: ${error.name}: ${error.message}`;
  const what = {
    done: "processed",
    deadLettered: "dead-lettered",
    duplicate: "duplicate",
    expired: "expired",
    ignored: "ignored",
  };
  const did = outcome === "retry" ? `to be retried (${cause ?? "handler"}${when})` : what[outcome];
  return `${consumer}: ${did}, attempt ${attempt ?? "?"}${why}${error?.stack === undefined ? "" : firstFrame(error.stack)}`;
}

/** Where it was thrown, without the folder that the bundle happens to be in. */
function firstFrame(stack: string): string {
  const frame = stack.split("\n").find((line) => /^\s+at /.test(line));
  return frame === undefined ? "" : ` ${frame.trim().replace(/(?:file:\/\/)?\/[^\s()]*\//, "")}`;
}

/** A printed line does not say which record of a batch it is about: all lines of the event's invocations are shown. */
function linesOf(journal: Journal, outcomes: readonly RecordedOutcome[]): Happening[] {
  const invocations = new Set(outcomes.flatMap(({ requestId }) => requestId ?? []));
  const printed = journal.lines.filter(({ requestId }) => requestId !== undefined && invocations.has(requestId));
  const shown = printed
    .slice(0, MAX_LINES)
    .map(({ at, functionName, line }) => ({ at, text: `${functionName} printed: ${line}` }));
  const more = printed.length - shown.length;
  const last = shown.at(-1);
  return more === 0 || last === undefined ? shown : [...shown, { at: last.at, text: `... and ${more} more lines` }];
}

function deadLetterText(title: string, { reason }: DeadLetter): string {
  const why =
    reason === undefined
      ? "without a reason: moved by SQS after too many receives"
      : `${reason.error}: ${reason.message} (attempt ${reason.attempt})`;
  return `  in the dead-letter queue of ${title}: ${why}`;
}
