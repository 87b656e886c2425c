import { SUBSCRIBER_NAMES, type SubscriberName } from "./stage/subscribers.ts";

/** What should become of one message at one subscriber. */
export type Outcome =
  | { readonly kind: "filtered" | "processed" | "duplicate" | "ignored" }
  /** With the error code of the reason. */
  | { readonly kind: "deadLettered"; readonly error: string };

/** What should happen at one subscriber. */
export interface SubscriberPlan {
  /** Messages that were sent to its topic, or directly to its queue. */
  readonly published: number;
  /** Messages that its filter should exclude. */
  readonly filtered: number;
  /** Ids of the events that it should process, each once. */
  readonly processed: readonly string[];
  readonly duplicates: number;
  readonly ignored: number;
  /** Error codes of the reasons of its dead letters, sorted. */
  readonly deadLetters: readonly string[];
}

/** Everything that was sent, and what should become of it. Derived from the events, never from what was received. */
export class Plan {
  readonly #expected = new Map<SubscriberName, { id: string; outcome: Outcome }[]>(
    SUBSCRIBER_NAMES.map((name) => [name, []]),
  );

  /** Notes one message to one subscriber. */
  expect(subscriber: SubscriberName, id: string, outcome: Outcome): void {
    this.#expected.get(subscriber)?.push({ id, outcome });
  }

  of(subscriber: SubscriberName): SubscriberPlan {
    const expected = this.#expected.get(subscriber) ?? [];
    const having = (kind: Outcome["kind"]) => expected.filter(({ outcome }) => outcome.kind === kind);
    return {
      published: expected.length,
      filtered: having("filtered").length,
      processed: having("processed").map(({ id }) => id),
      duplicates: having("duplicate").length,
      ignored: having("ignored").length,
      deadLetters: expected.flatMap(({ outcome }) => (outcome.kind === "deadLettered" ? outcome.error : [])).sort(),
    };
  }
}
