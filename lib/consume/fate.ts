/** Why a record has to come again. */
export type RetryCause =
  /** The handler threw, or ran out of its time. */
  | "handler"
  /** The payload, the store or the dead-letter queue could not be reached. */
  | "dependency"
  /** Another worker is at the same event. */
  | "inProgress"
  /** Too little time was left to start it. */
  | "deadline"
  /** The circuit breaker is open. */
  | "circuit"
  /** An earlier message of its group has to come again first. */
  | "group";

/** What becomes of a record. Each record has exactly one fate, and it is logged once. */
export type Fate =
  /** Handled, and acknowledged. */
  | { readonly kind: "done" }
  /** Handled before: acknowledged without being handled again. */
  | { readonly kind: "duplicate" }
  /** Past its expiry time: acknowledged without being handled. */
  | { readonly kind: "expired" }
  /** Not for this consumer, as its codec said: acknowledged without being handled. */
  | { readonly kind: "ignored" }
  /** In the dead-letter queue with its reason, and acknowledged. */
  | { readonly kind: "deadLettered"; readonly error: unknown }
  /** Reported as a failure: it becomes visible again. */
  | {
      readonly kind: "retry";
      readonly cause: RetryCause;
      readonly error: unknown;
      /** Seconds until then; `undefined` for the usual backoff. */
      readonly afterSeconds?: number;
      /** Not before then, in milliseconds since the epoch, whatever the backoff says. */
      readonly notBefore?: number;
    };
