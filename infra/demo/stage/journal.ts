import { type LoggedOutcome, readOutcome } from "fanfare/testing";
import { SUBSCRIBER_NAMES, SUBSCRIBERS, type SubscriberName } from "./subscribers.ts";

/** Outcomes after which a message is not redelivered. */
export type FinalOutcome = Exclude<LoggedOutcome["outcome"], "retry">;

/** The outcomes that the consumers of the reference app log, by subscriber. */
export class Journal {
  readonly #entries = new Map<SubscriberName, LoggedOutcome[]>(SUBSCRIBER_NAMES.map((name) => [name, []]));
  readonly #final = new Map<SubscriberName, Map<string, LoggedOutcome>>(
    SUBSCRIBER_NAMES.map((name) => [name, new Map()]),
  );

  /** Takes one line that a handler printed. Lines that are no outcome of a consumer of the app are ignored. */
  readonly note = ({ line }: { readonly line: string }): void => {
    const entry = readOutcome(line);
    const name = SUBSCRIBER_NAMES.find((each) => SUBSCRIBERS[each].consumer === entry?.consumer);
    if (entry === undefined || name === undefined) {
      return;
    }
    this.#entries.get(name)?.push(entry);
    const final = this.#final.get(name);
    // A message that was done, and was redelivered before it was deleted, stays done.
    if (entry.outcome !== "retry" && final?.has(entry.messageId) === false) {
      final.set(entry.messageId, entry);
    }
  };

  /** Everything that a consumer logged, in order. */
  entries(name: SubscriberName): readonly LoggedOutcome[] {
    return this.#entries.get(name) ?? [];
  }

  /** The final outcomes of one kind, one per message. */
  ended(name: SubscriberName, outcome: FinalOutcome): readonly LoggedOutcome[] {
    return [...(this.#final.get(name)?.values() ?? [])].filter((entry) => entry.outcome === outcome);
  }

  /** How many messages have a final outcome. */
  settled(name: SubscriberName): number {
    return this.#final.get(name)?.size ?? 0;
  }
}
