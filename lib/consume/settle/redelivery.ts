import { backoff, type Clock } from "../../clock/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import type { Delivery, Outcome, Retry } from "../record/index.ts";

/** What deciding on a redelivery needs to know of the consumer. */
export interface RedeliverySettings {
  readonly clock: Clock;
  /** `undefined` leaves the queue's own visibility timeout. */
  readonly backoff: { readonly baseSeconds: number; readonly capSeconds: number } | undefined;
}

/**
 * The longest visibility that is asked for, in seconds. SQS counts its 12 hours from the receive, which may be up to 15 minutes ago:
 * a Lambda invocation lasts no longer. Source: SQS API Reference, `ChangeMessageVisibility`; Lambda Developer Guide, "Quotas".
 */
const MAX_SECONDS = MAX_VISIBILITY_SECONDS - 900;

/** The longest time in seconds for which an open circuit delays a message. */
const MAX_CIRCUIT_SECONDS = 3_600;

/** Seconds until a message is redelivered whose event another worker is handling, where nothing else is known. */
const IN_PROGRESS_SECONDS = 1;

/** Fixes when a message is redelivered, so that the rest of its group can be redelivered with it. */
export function withRedelivery(outcome: Outcome, delivery: Delivery, settings: RedeliverySettings): Outcome {
  if (outcome.kind !== "retry") {
    return outcome;
  }
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
  { clock, backoff: delays }: RedeliverySettings,
): number | undefined {
  switch (cause) {
    case "deadline":
      // Nobody has tried it: another worker may at once.
      return 0;
    case "circuit": {
      // Longer each time, and spread: an outage must neither use up the receives nor end in a stampede.
      const growing = atLeast * 2 ** Math.min(delivery.receiveCount - 1, 20);
      return Math.min(MAX_CIRCUIT_SECONDS, growing * (1 + clock.random() / 4));
    }
    case "inProgress":
      return delays === undefined ? undefined : IN_PROGRESS_SECONDS;
    default:
      return delays === undefined
        ? undefined
        : backoff(clock, delivery.receiveCount, delays.baseSeconds, delays.capSeconds);
  }
}
