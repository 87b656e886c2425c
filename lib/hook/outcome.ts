/** Why a message is redelivered. */
export type RetryCause =
  /** The handler threw, or did not end by its deadline. */
  | "handler"
  /** The payload, the idempotency store or the dead-letter queue could not be reached. */
  | "dependency"
  /** Another worker holds the claim on the event. */
  | "inProgress"
  /** Too little time was left to start the handler. */
  | "deadline"
  /** The circuit breaker is open. */
  | "circuit"
  /** An earlier message of the same group is redelivered first. */
  | "group";

/** The message is reported as failed, becomes visible again, and is redelivered. */
export interface Retry {
  readonly kind: "retry";
  readonly cause: RetryCause;
  readonly error: unknown;
  /** Seconds until the message becomes visible; `undefined` for the usual backoff. */
  readonly afterSeconds?: number;
  /** The message becomes visible no earlier, in milliseconds since the Unix epoch, whatever the backoff says. */
  readonly notBefore?: number;
}

/** What becomes of a delivery. Before settlement, what is asked for; after it, what happened. Each is reported once. */
export type Outcome =
  /** Handled, and acknowledged. */
  | { readonly kind: "done" }
  /** Handled by an earlier delivery: acknowledged without a call of the handler. */
  | {
      readonly kind: "duplicate";
      /**
       * The digests of what was handled under the event's id, and of what this delivery has, where they differ: 16 characters of
       * base64url of the SHA-256 of the data's JSON.
       */
      readonly conflict?: { readonly handled: string; readonly received: string };
    }
  /** Past its expiry time: acknowledged without a call of the handler. */
  | { readonly kind: "expired" }
  /** Not for this consumer, according to its codec: acknowledged without a call of the handler. */
  | { readonly kind: "ignored" }
  /** Sent to the dead-letter queue with its reason, and acknowledged. */
  | { readonly kind: "deadLettered"; readonly error: unknown }
  | Retry;
