import { factsOfTree } from "./build.ts";
import type { TraceFact } from "./facts.ts";

/** Facts that are kept; about 500 bytes each. */
const MAX_FACTS = 50_000;

/** Keeps what happened lately, for traces. Bounded: the oldest facts are forgotten. */
export class TraceJournal {
  readonly #max: number;
  #facts: TraceFact[] = [];

  constructor(maxFacts: number = MAX_FACTS) {
    this.#max = maxFacts;
  }

  add(fact: TraceFact): void {
    this.#facts.push(fact);
    // Not one by one: each cut copies what stays.
    if (this.#facts.length > this.#max * 1.25) {
      this.#facts = this.#facts.slice(-this.#max);
    }
  }

  /** What is known of an event, or a message, and of the events that its handlers published. */
  factsOf(id: string): readonly TraceFact[] {
    return factsOfTree(id, this.#facts);
  }
}
