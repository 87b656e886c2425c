import { TestAppError } from "./errors.ts";
import type { RecordedOutcome } from "./journal.ts";

/**
 * What became of an event at one subscriber. `notReceived`: a filter excluded it, or it was never delivered;
 * `retrying`: its last outcome was a retry, and it is not in the dead-letter queue.
 */
export type DeliveryOutcome =
  | "processed"
  | "deadLettered"
  | "duplicate"
  | "expired"
  | "ignored"
  | "retrying"
  | "notReceived";

/** What is expected of one subscriber: an outcome, or also how many retries it took. */
export type ExpectedOutcome = DeliveryOutcome | { readonly outcome: DeliveryOutcome; readonly retries: number };

/** What became of one event at one subscriber. */
export interface SubscriberDelivery {
  readonly outcome: DeliveryOutcome;
  /** How many of its outcomes were a retry. */
  readonly retries: number;
  readonly outcomes: readonly RecordedOutcome[];
}

/** What became of one event, once the app is quiet. */
export interface Delivery {
  /** The CloudEvents id. */
  readonly id: string;
  /** What became of it at a subscriber. @throws TestAppError `NotFound`, `OutcomesUnknown` */
  at(subscriber: string): SubscriberDelivery;
  /**
   * Fails the test unless each named subscriber did what is expected: `{ Billing: "processed", Audit: "notReceived" }`.
   * Other subscribers are not checked.
   *
   * @throws TestAppError `Unexpected` with the event's history
   */
  expect(expected: Readonly<Record<string, ExpectedOutcome>>): void;
  /** All that is known of the event, as text. */
  readonly history: string;
}

const OUTCOME_OF: Readonly<Record<RecordedOutcome["outcome"], DeliveryOutcome>> = {
  done: "processed",
  deadLettered: "deadLettered",
  duplicate: "duplicate",
  expired: "expired",
  ignored: "ignored",
  retry: "retrying",
};

/** Sums up the outcomes of one event at one subscriber. */
export function summarize(outcomes: readonly RecordedOutcome[], inDeadLetterQueue: boolean): SubscriberDelivery {
  const retries = outcomes.filter(({ outcome }) => outcome === "retry").length;
  // A copy that is recognised as a duplicate does not change that the event was processed.
  const processed = outcomes.some(({ outcome }) => outcome === "done");
  const last = outcomes.at(-1);
  const known = last === undefined ? "notReceived" : OUTCOME_OF[last.outcome];
  const open = known === "retrying" || known === "notReceived";
  const outcome = processed ? "processed" : open && inDeadLetterQueue ? "deadLettered" : known;
  return { outcome, retries, outcomes };
}

/** Compares what is expected with what happened. @throws TestAppError `Unexpected` */
export function compare(
  id: string,
  expected: Readonly<Record<string, ExpectedOutcome>>,
  at: (subscriber: string) => SubscriberDelivery,
  history: string,
): void {
  const actual: Record<string, ExpectedOutcome> = {};
  const wrong: string[] = [];
  for (const [subscriber, wanted] of Object.entries(expected)) {
    const { outcome, retries } = at(subscriber);
    actual[subscriber] = typeof wanted === "string" ? outcome : { outcome, retries };
    const same =
      typeof wanted === "string" ? wanted === outcome : wanted.outcome === outcome && wanted.retries === retries;
    if (!same) {
      wrong.push(`${subscriber}: expected ${text(wanted)}, but it was ${text({ outcome, retries })}`);
    }
  }
  if (wrong.length > 0) {
    throw new TestAppError("Unexpected", `event ${id} at ${wrong.join("; ")}`, { expected, actual, history });
  }
}

function text(expected: ExpectedOutcome): string {
  if (typeof expected === "string") {
    return expected;
  }
  const { outcome, retries } = expected;
  return retries === 0 ? outcome : `${outcome} after ${retries} ${retries === 1 ? "retry" : "retries"}`;
}
