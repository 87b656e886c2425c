import type { Clock } from "../../clock/index.ts";
import type { Delivery } from "./delivery.ts";

/** What a poller knows of the messages that it has in hand. */
export interface Hold {
  /** Aborted when the message can no longer be kept hidden: another worker may receive it. `undefined` for one not in hand. */
  lost(delivery: Delivery): AbortSignal | undefined;
  /** The handler of a message has started. Returns what to call when it has really ended, given up or not. */
  started(delivery: Delivery): () => void;
}

/** One call of the consumer: a Lambda invocation, or one receive of a poller. Times are milliseconds since the Unix epoch. */
export interface Invocation {
  /** The request id, for logs and owner tokens. */
  readonly id: string;
  /** The name of the function, for failure reasons. */
  readonly functionName: string;
  /** Aborted when running handlers must end now, because the poller was told to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Handlers must have ended by then. */
  readonly deadline: number;
  /** Aborted when no handler may be started any more, because the poller was told to stop. */
  readonly stopping?: AbortSignal | undefined;
  /** Pollers only: Lambda keeps messages hidden by itself. */
  readonly hold?: Hold | undefined;
  /** The invocation is certainly over by then: claims are leased until this time. */
  readonly endsAt: number;
}

/** Milliseconds that one call to the store or to SQS may take, retries included, however much time is left. */
const MAX_CALL_MS = 10_000;

/** The deadline of a claim: that of the handlers, or earlier. */
export function claimDeadline(invocation: Invocation, clock: Clock): number {
  return Math.min(invocation.deadline, clock.now() + MAX_CALL_MS);
}

/** The deadline of a completion, a release or a dead letter: half of the time left, so that what follows has the other half. */
export function settleDeadline(invocation: Invocation, clock: Clock): number {
  return partOfTimeLeft(invocation, clock, 0.5);
}

/** The deadline of the last call of an invocation: early enough for the response to arrive. */
export function responseDeadline(invocation: Invocation, clock: Clock): number {
  return partOfTimeLeft(invocation, clock, 0.9);
}

function partOfTimeLeft(invocation: Invocation, clock: Clock, share: number): number {
  const now = clock.now();
  return now + Math.min(MAX_CALL_MS, Math.max(0, invocation.endsAt - now) * share);
}
