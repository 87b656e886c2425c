import type { ConsumerOutcome } from "fanfare/testing";
import { SUBSCRIBER_NAMES, SUBSCRIBERS, type SubscriberName } from "./subscribers.ts";

/** Outcomes after which a message is not redelivered. */
export type FinalOutcome = Exclude<ConsumerOutcome["outcome"], "retry">;

/** The outcomes of the consumers of the reference app, by subscriber. */
export class Journal {
  readonly #entries = new Map<SubscriberName, ConsumerOutcome[]>(SUBSCRIBER_NAMES.map((name) => [name, []]));
  readonly #final = new Map<SubscriberName, Map<string, ConsumerOutcome>>(
    SUBSCRIBER_NAMES.map((name) => [name, new Map()]),
  );

  /** Takes an outcome. Those of other consumers than the app's are ignored. */
  readonly note = ({ outcome: entry }: { readonly outcome: ConsumerOutcome }): void => {
    const name = SUBSCRIBER_NAMES.find((each) => SUBSCRIBERS[each].consumer === entry.consumer);
    if (name === undefined) {
      return;
    }
    this.#entries.get(name)?.push(entry);
    const final = this.#final.get(name);
    // A message that was done, and was redelivered before it was deleted, stays done.
    if (entry.outcome !== "retry" && final?.has(entry.messageId) === false) {
      final.set(entry.messageId, entry);
    }
  };

  /** Everything that a consumer did, in order. */
  entries(name: SubscriberName): readonly ConsumerOutcome[] {
    return this.#entries.get(name) ?? [];
  }

  /** The final outcomes of one kind, one per message. */
  ended(name: SubscriberName, outcome: FinalOutcome): readonly ConsumerOutcome[] {
    return [...(this.#final.get(name)?.values() ?? [])].filter((entry) => entry.outcome === outcome);
  }

  /** How many messages have a final outcome. */
  settled(name: SubscriberName): number {
    return this.#final.get(name)?.size ?? 0;
  }
}
