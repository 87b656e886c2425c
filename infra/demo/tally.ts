import type { SubscriberPlan } from "./plan.ts";
import type { Journal } from "./stage/journal.ts";
import type { SubscriberName } from "./stage/subscribers.ts";

/** A message in a subscriber's dead-letter queue, with the reason that its consumer gave. */
export interface ReportedDeadLetter {
  readonly subscriber: SubscriberName;
  /** Code of the reason; `none` where SQS moved the message itself. */
  readonly error: string;
  readonly message: string;
}

/** Number of messages at one subscriber, by what happened to them. */
export interface Tally {
  readonly name: SubscriberName;
  /** Sent to its topic or queue. */
  readonly published: number;
  /** Excluded by its filter. */
  readonly filtered: number;
  /** Received by its consumer. */
  readonly delivered: number;
  readonly processed: number;
  readonly duplicates: number;
  /** Attempts that ended in a retry. */
  readonly retried: number;
  /** In its dead-letter queue. */
  readonly deadLettered: number;
  readonly expired: number;
  readonly ignored: number;
  /** Without a final outcome. */
  readonly lost: number;
  /** The differences from the plan, in words; empty if there are none. */
  readonly unexpected: readonly string[];
}

/** Counts what happened at a subscriber and compares it with the plan. */
export function tallyOf(
  name: SubscriberName,
  plan: SubscriberPlan,
  journal: Journal,
  deadLetters: readonly Pick<ReportedDeadLetter, "error">[],
): Tally {
  const done = journal.ended(name, "done");
  const duplicates = journal.ended(name, "duplicate").length;
  const expired = journal.ended(name, "expired").length;
  const ignored = journal.ended(name, "ignored").length;
  const ended = done.length + duplicates + expired + ignored + deadLetters.length;
  return {
    name,
    published: plan.published,
    filtered: plan.filtered,
    delivered: new Set(journal.entries(name).map(({ messageId }) => messageId)).size,
    processed: done.length,
    duplicates,
    retried: journal.entries(name).filter(({ outcome }) => outcome === "retry").length,
    deadLettered: deadLetters.length,
    expired,
    ignored,
    lost: Math.max(0, plan.published - plan.filtered - ended),
    unexpected: [
      ...differences(
        "processed",
        plan.processed,
        done.map(({ eventId }) => plannedId(eventId)),
      ),
      ...differences(
        "dead-lettered as",
        plan.deadLetters,
        deadLetters.map(({ error }) => error),
      ),
      ...difference("duplicates", plan.duplicates, duplicates),
      ...difference("ignored", plan.ignored, ignored),
      ...difference("expired", 0, expired),
      ...difference("dead letters in the log", deadLetters.length, journal.ended(name, "deadLettered").length),
    ],
  };
}

/** The id in the plan. An upload's id ends with S3's sequencer, which is not known in advance. */
function plannedId(eventId = "an event without an id"): string {
  return eventId.replace(/#[0-9A-Za-z]+$/, "");
}

function difference(what: string, expected: number, actual: number): string[] {
  return expected === actual ? [] : [`${what}: ${actual} instead of ${expected}`];
}

/** Compares two lists without their order, but with the number of each item. */
export function differences(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  const balance = new Map<string, number>();
  for (const each of expected) {
    balance.set(each, (balance.get(each) ?? 0) - 1);
  }
  for (const each of actual) {
    balance.set(each, (balance.get(each) ?? 0) + 1);
  }
  return [...balance].flatMap(([each, count]) => {
    if (count === 0) {
      return [];
    }
    const times = Math.abs(count) === 1 ? "" : ` ${Math.abs(count)} times`;
    return count > 0 ? `${what} ${each}${times} too often` : `not ${what} ${each}${times}`;
  });
}
