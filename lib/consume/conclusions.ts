import { describeError } from "../errors/index.ts";
import type { Claims } from "./claims.ts";
import { type DeadLetters, failureReason } from "./dead-letters.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Invocation } from "./invocation.ts";
import type { ConsumerSettings } from "./options.ts";
import type { Reappearances } from "./reappearances.ts";
import type { HandlerOutcome } from "./run-handler.ts";
import { verdictOf } from "./verdict.ts";
import { secondsUntilRetry } from "./visibility.ts";
import { settleBy } from "./within.ts";
import type { Work } from "./work.ts";

/** The last step of the pipeline: completions, releases and dead letters. Nothing in it throws. */
export class Conclusions {
  readonly #settings: ConsumerSettings;
  readonly #invocation: Invocation;
  readonly #claims: Claims | undefined;
  readonly #deadLetters: DeadLetters;
  readonly #again: Reappearances | undefined;

  /** @param again told of records that come again before their claims are released, where that is of use */
  constructor(
    settings: ConsumerSettings,
    invocation: Invocation,
    claims: Claims | undefined,
    deadLetters: DeadLetters,
    again: Reappearances | undefined,
  ) {
    this.#settings = settings;
    this.#invocation = invocation;
    this.#claims = claims;
    this.#deadLetters = deadLetters;
    this.#again = again;
  }

  /** Writes down how the handler ended. */
  async conclude(work: Work, outcome: HandlerOutcome): Promise<Fate> {
    const { logger } = this.#settings;
    switch (outcome.kind) {
      case "returned":
        return outcome.committed ? { kind: "done" } : await this.#complete(work);
      case "threw":
        if (outcome.committed) {
          // The effects and the completion are written: another try would be a duplicate.
          logger.warn("the handler threw after it had committed", {
            ...ids(work),
            error: describeError(outcome.error),
          });
          return { kind: "done" };
        }
        return await this.settleFailure(work, verdictOf(outcome.error, "handler"));
      case "timedOut":
        // It is marked done and will never be tried again: whoever reads the dead letter decides.
        if (this.#settings.guarantee === "at-most-once")
          return await this.settleFailure(work, verdictOf(outcome.error, "handler"));
        // The handler may still run: the claim stays until the lease ends, and the message comes no sooner.
        return await this.deadLetterIfDue(work.incoming, {
          kind: "retry",
          cause: "handler",
          error: outcome.error,
          ...(work.claimed ? { notBefore: this.#invocation.endsAt } : {}),
        });
    }
  }

  async #complete(work: Work): Promise<Fate> {
    if (!work.claimed || this.#claims === undefined || this.#settings.guarantee === "at-most-once")
      return { kind: "done" };
    const outcome = await this.#claims.complete(work.key);
    switch (outcome.status) {
      case "settled":
        return { kind: "done" };
      case "lost":
        // Another worker has it now and answers for it; deleting the message would take it from under that worker.
        this.#settings.logger.warn("the claim was taken over before the handler finished", ids(work));
        return { kind: "retry", cause: "inProgress", error: undefined };
      case "unavailable":
        // The effects are there. To have the message again would repeat them for certain; without the record only a
        // duplicate that SQS delivers by itself would.
        this.#settings.logger.error("handled, but the completion could not be recorded", {
          ...ids(work),
          error: describeError(outcome.error),
        });
        return { kind: "done" };
    }
  }

  /** Dead-letters or lets go: in both cases the next delivery must be able to claim the event. */
  async settleFailure(work: Work, verdict: Fate): Promise<Fate> {
    const atMostOnce = this.#settings.guarantee === "at-most-once" && work.claimed;
    const wanted: Fate =
      atMostOnce && verdict.kind === "retry" ? { kind: "deadLettered", error: verdict.error } : verdict;
    const fate = await this.deadLetterIfDue(work.incoming, wanted);
    if (work.claimed && this.#claims !== undefined && !atMostOnce) {
      if (fate.kind === "retry" && fate.afterSeconds !== undefined) this.#again?.plan(work.incoming, fate.afterSeconds);
      const released = await this.#claims.release(work.key);
      if (released.status === "unavailable") {
        this.#settings.logger.warn("the claim could not be released; it ends with its lease", {
          ...ids(work),
          error: describeError(released.error),
        });
        return fate.kind === "retry"
          ? this.#scheduled(work.incoming, { ...fate, notBefore: this.#invocation.endsAt })
          : fate;
      }
    }
    return fate;
  }

  /** Sends to the dead-letter queue what is permanent, and what would be tried no more. Send first, then acknowledge. */
  async deadLetterIfDue(incoming: Incoming, fate: Fate): Promise<Fate> {
    const queue = this.#settings.deadLetterQueues.get(incoming.queueArn);
    if (fate.kind !== "deadLettered" && !(fate.kind === "retry" && isLastTry(fate, incoming, queue?.maxReceiveCount))) {
      return this.#scheduled(incoming, fate);
    }
    if (queue === undefined) {
      // Without a queue of ours, SQS moves it after its last receive. With the usual backoff, because there may be no redrive
      // policy at all, and then a message that comes at once would come for ever.
      return this.#scheduled(incoming, { kind: "retry", cause: "handler", error: fate.error });
    }
    const { consumer, clock, logger } = this.#settings;
    try {
      const reason = failureReason(fate.error, incoming, consumer, this.#invocation.functionName, clock.now());
      await this.#deadLetters.send(queue.url, incoming, reason, settleBy(this.#invocation, clock));
      return { kind: "deadLettered", error: fate.error };
    } catch (error) {
      logger.error("the dead-letter queue did not take the message; it is tried again", {
        messageId: incoming.messageId,
        error: describeError(error),
      });
      return this.#scheduled(incoming, { kind: "retry", cause: "dependency", error: fate.error });
    }
  }

  /** Fixes when a record comes again, so that the rest of its group can come with it. */
  #scheduled(incoming: Incoming, fate: Fate): Fate {
    if (fate.kind !== "retry") return fate;
    const seconds = secondsUntilRetry(fate, incoming, this.#settings);
    return seconds === undefined ? fate : { ...fate, afterSeconds: seconds };
  }
}

/** Whether SQS would move the message to the dead-letter queue at its next receive. */
function isLastTry(fate: Fate & { kind: "retry" }, incoming: Incoming, maxReceiveCount: number | undefined): boolean {
  if (maxReceiveCount === undefined || incoming.receiveCount < maxReceiveCount) return false;
  // Held: another worker has the event, and may be about to succeed. Group: the message itself did nothing wrong.
  return fate.cause === "handler" || fate.cause === "dependency" || fate.cause === "circuit";
}

function ids(work: Work): Record<string, unknown> {
  return { event: work.event.info.name, eventId: work.event.info.id, messageId: work.incoming.messageId };
}
