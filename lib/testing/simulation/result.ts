/** A rule that was broken in a run. */
export interface Violation {
  /** Replays the run: `simulate({ ..., seed, runs: 1 })`. */
  readonly seed: number;
  readonly rule: Rule;
  readonly message: string;
  readonly event: string | undefined;
  readonly subscriber: string | undefined;
  /** What happened to the event that it is about, one thing per line. */
  readonly history: string;
}

/** The rules that are checked. See docs/evidence/simulation.md. */
export type Rule =
  | "publish-is-true"
  | "nothing-lost"
  | "settled-before-delete"
  | "effects-once"
  | "effects-done"
  | "one-handler-at-a-time"
  | "order-in-group"
  | "dead-letter-complete"
  | "outcome-is-true"
  | "response-matches-outcomes"
  | "completion-recorded"
  | "owner-only"
  | "claims-given-up"
  | "redelivery-in-time"
  | "published-once"
  | "payloads-allowed"
  | "circuit-respected"
  | "comes-to-rest"
  | "no-crash-of-ours";

/** What became of one event at one subscriber. */
export type EventOutcome = "processed" | "deadLettered" | "deadLetteredBySqs" | "expired" | "unknown";

/** One run. */
export interface RunResult {
  readonly seed: number;
  readonly events: number;
  /** Callbacks that the scheduler ran. */
  readonly steps: number;
  /** Seconds of virtual time. */
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Number of events by outcome, over all subscribers. */
  readonly outcomes: Readonly<Record<EventOutcome, number>>;
  /** Handlers started. */
  readonly handled: number;
  /** Equal for runs in which the same things happened in the same order. */
  readonly fingerprint: number;
  readonly violation: Violation | undefined;
  /** All that happened, as text. */
  history(): string;
}
