import { backoff, type Clock } from "../../clock/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import { type Delivery, type Limits, type Retry, receivesLeft } from "../record/index.ts";

/** What deciding on a redelivery needs to know of the consumer. */
export interface RedeliverySettings extends Pick<Limits, "deadLetterQueues"> {
  readonly clock: Clock;
  /** `undefined` leaves the queue's own visibility timeout. */
  readonly backoff: { readonly baseSeconds: number; readonly capSeconds: number } | undefined;
}

/**
 * The longest visibility that is asked for, in seconds. SQS counts its 12 hours from the receive, which may be up to 15 minutes ago:
 * a Lambda invocation lasts no longer. Source: SQS API Reference, `ChangeMessageVisibility`; Lambda Developer Guide, "Quotas".
 */
const MAX_SECONDS = MAX_VISIBILITY_SECONDS - 900;

/** The longest time in seconds for which an open circuit delays a message that has few receives left. */
const MAX_CIRCUIT_SECONDS = 3_600;

/** With fewer receives left, an open circuit delays a message longer each time. */
const FEW_RECEIVES = 4;

/** Seconds until a message is redelivered whose event another worker is handling, where nothing else is known. */
const IN_PROGRESS_SECONDS = 1;

/** Fixes when a message is redelivered, so that the rest of its group can be redelivered with it. */
export function withRedelivery(outcome: Retry, delivery: Delivery, settings: RedeliverySettings): Retry {
  const seconds = secondsUntilRedelivery(outcome, delivery, settings);
  return seconds === undefined ? outcome : { ...outcome, afterSeconds: seconds };
}

/**
 * Seconds until a message becomes visible: what its handler asked for, else backoff with jitter by its receive count, and never
 * before `notBefore`. `undefined` leaves the queue's own visibility timeout.
 */
export function secondsUntilRedelivery(
  retry: Retry,
  delivery: Delivery,
  settings: RedeliverySettings,
): number | undefined {
  const { notBefore = 0 } = retry;
  // A user's store says until when an event is in progress: no entry of a call is built with a time that is none.
  const atLeast = Number.isFinite(notBefore) ? Math.max(0, Math.ceil((notBefore - settings.clock.now()) / 1_000)) : 0;
  const chosen = retry.afterSeconds ?? secondsByCause(retry, atLeast, delivery, settings);
  if (chosen === undefined && atLeast === 0) {
    return undefined;
  }
  return Math.min(MAX_SECONDS, Math.max(0, atLeast, Math.ceil(chosen ?? 0)));
}

function secondsByCause(
  { cause }: Retry,
  atLeast: number,
  delivery: Delivery,
  settings: RedeliverySettings,
): number | undefined {
  const { backoff: delays } = settings;
  switch (cause) {
    case "deadline":
      // Nobody has tried it: another worker may at once.
      return 0;
    case "circuit": {
      // As long as the circuit itself waits, which grows with the outage; spread, so that it does not end in a stampede. Only the last
      // receives are made to last: each is spent on learning that the circuit is open again.
      const fewer = Math.max(0, FEW_RECEIVES - receivesLeft(settings, delivery));
      const seconds = Math.max(1, atLeast) * (1 + settings.clock.random() / 4);
      return fewer === 0 ? seconds : Math.max(atLeast, Math.min(MAX_CIRCUIT_SECONDS, seconds * 2 ** fewer));
    }
    case "inProgress":
      return delays === undefined ? undefined : IN_PROGRESS_SECONDS;
    default:
      return delays === undefined
        ? undefined
        : backoff(settings.clock, delivery.receiveCount, delays.baseSeconds, delays.capSeconds);
  }
}
