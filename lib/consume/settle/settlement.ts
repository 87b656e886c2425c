import type { Claims } from "../claim/index.ts";
import {
  type Delivery,
  deadLetterQueueOf,
  type Execution,
  errorFields,
  type Invocation,
  idsOf,
  type Outcome,
  type Settled,
  type SettledPart,
  settleDeadline,
} from "../record/index.ts";
import { deadLetterMessage, failureReason } from "./dead-letter-message.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { errorIfDue } from "./due.ts";
import { afterIdConflict, type IdConflictSettings } from "./id-conflict.ts";
import type { Messages } from "./messages.ts";
import { observedCompletion, observedLetter } from "./observed.ts";
import { type RedeliverySettings, withRedelivery } from "./redelivery.ts";
import { logPart, type ReportSettings, reportOutcome, warnOfRefusedDelay } from "./report.ts";

/** What settling needs to know of the consumer. */
export interface SettleSettings extends RedeliverySettings, ReportSettings, IdConflictSettings {}

/** What one invocation settles with. */
export interface SettlementParts {
  readonly invocation: Invocation;
  /** `undefined` where events are not claimed. */
  readonly claims: Claims | undefined;
  readonly deadLetters: DeadLetters;
  readonly messages: Messages;
  /** Told each outcome, once. */
  readonly onSettled?: ((outcome: Outcome, delivery: Delivery) => void) | undefined;
}

type Failure = Extract<Outcome, { kind: "retry" | "deadLettered" }>;

/**
 * Carries outcomes out: completes or releases the claim, sends to the dead-letter queue, reports, and acknowledges the message or
 * sets when it is redelivered. Nothing in it throws.
 */
export class Settlement {
  readonly #settings: SettleSettings;
  readonly #parts: SettlementParts;
  /** The redelivery that was asked for last, in seconds. */
  readonly #redeliveries = new Map<Delivery, number>();
  /** Calls that no delivery waits for. */
  readonly #background: Promise<unknown>[] = [];

  constructor(settings: SettleSettings, parts: SettlementParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Settles a delivery. Resolves when its outcome is certain and reported; {@link finish} waits for what follows from it. */
  async settle(execution: Execution): Promise<Settled> {
    const { delivery, key } = execution;
    const { claims, messages, onSettled } = this.#parts;
    const { hook } = this.#settings;
    const startedAt = hook?.tells("settled") ? hook.now() : undefined;
    let outcome: Outcome;
    try {
      const asked = execution.outcome instanceof Promise ? await execution.outcome : execution.outcome;
      const carriedOut = this.#carryOut(execution, afterIdConflict(asked, execution, this.#settings));
      outcome = carriedOut instanceof Promise ? await carriedOut : carriedOut;
    } catch (error) {
      // A fault of ours: the message is not acknowledged, so nothing is lost.
      outcome = { kind: "retry", cause: "dependency", error };
    }
    if (key !== undefined) {
      claims?.settled(delivery, key, outcome);
    }
    onSettled?.(outcome, delivery);
    reportOutcome(this.#settings, execution, outcome, startedAt);
    const call =
      outcome.kind === "retry" ? this.#redeliver(delivery, outcome.afterSeconds) : messages.acknowledge(delivery);
    if (call !== undefined) {
      this.#background.push(call);
    }
    return { delivery, outcome };
  }

  /** Completes the claim of one of several events of a message. Other claims and the message are settled with the whole. */
  async settlePart(execution: Execution): Promise<SettledPart> {
    const { delivery, event, key } = execution;
    const wanted = afterIdConflict(await execution.outcome, execution, this.#settings);
    const completes = wanted.kind === "done" && execution.claim === "complete";
    const outcome = completes ? await this.#complete(execution) : wanted;
    if (key !== undefined) {
      this.#parts.claims?.settled(delivery, key, outcome);
    }
    logPart(this.#settings.logger, delivery, event, outcome);
    return { ...execution, outcome };
  }

  /** No handler is running: until {@link relax}, nothing waits for more entries to share a call with. */
  hurry(): void {
    this.#parts.claims?.hurry();
    this.#parts.messages.hurry();
  }

  /** Handlers run: entries wait for others again. */
  relax(): void {
    this.#parts.claims?.relax();
    this.#parts.messages.relax();
  }

  /** Resolves when every call has ended: what is not written when Lambda has the response may never be. */
  async finish(): Promise<void> {
    await Promise.all(this.#background);
  }

  #carryOut(execution: Execution, outcome: Outcome): Outcome | Promise<Outcome> {
    switch (outcome.kind) {
      case "done":
        return execution.claim === "complete" ? this.#complete(execution) : outcome;
      case "retry":
      case "deadLettered":
        return this.#fail(execution, outcome);
      default:
        return outcome;
    }
  }

  async #fail(execution: Execution, outcome: Failure): Promise<Outcome> {
    warnOfRefusedDelay(this.#settings.logger, execution, outcome.error);
    const due = await this.#deadLetterIfDue(execution, outcome);
    const { delivery, failedParts = [] } = execution;
    await Promise.all(failedParts.map((part) => this.#release({ ...part, delivery }, due)));
    return await this.#release(execution, due);
  }

  /** Marks the event done. */
  async #complete(execution: Execution): Promise<Outcome> {
    const { delivery, event } = execution;
    const result = await observedCompletion(this.#settings.hook, this.#parts.claims, execution);
    switch (result?.status) {
      case "lost":
        // Another worker owns the event and settles it; deleting the message would take it from under that worker.
        this.#settings.logger.warn("the claim was taken over before the handler finished", idsOf(delivery, event));
        return { kind: "retry", cause: "inProgress", error: undefined };
      case "unavailable":
        // The effects are there. A redelivery would repeat them for certain; without the record, only a duplicate would that
        // SQS delivers by itself.
        this.#settings.logger.error("handled, but the completion could not be recorded", {
          ...idsOf(delivery, event),
          attempt: delivery.receiveCount,
          error: errorFields(result.error),
        });
    }
    return { kind: "done" };
  }

  /** Gives the claim up, so that the next delivery can claim the event. */
  async #release(execution: Execution, outcome: Outcome): Promise<Outcome> {
    const { claims, invocation } = this.#parts;
    const { delivery, key } = execution;
    if (claims === undefined || key === undefined) {
      return outcome;
    }
    if (execution.claim === "releaseIfClaimed") {
      this.#background.push(claims.releaseIfClaimed(key, execution.tries ?? 0));
    }
    if (execution.claim !== "release") {
      return outcome;
    }
    let redelivery: Promise<void> | undefined;
    if (outcome.kind === "retry" && outcome.afterSeconds !== undefined && outcome.afterSeconds >= 1) {
      // Within a second the claim is released. So the message may be told when to reappear at the same time.
      redelivery = this.#redeliver(delivery, outcome.afterSeconds);
      this.#background.push(redelivery);
    }
    // What is dead-lettered is forgotten: a redriven message has all its tries again.
    const released = await claims.release(key, outcome.kind === "deadLettered" ? 0 : (execution.tries ?? 0));
    if (released.status !== "unavailable") {
      return outcome;
    }
    // A later time is set next, and must not overtake the one above.
    await redelivery;
    this.#settings.logger.warn("the claim could not be released; it ends with its lease", {
      ...idsOf(execution.delivery, execution.event),
      error: errorFields(released.error),
    });
    return outcome.kind === "retry"
      ? withRedelivery({ ...outcome, notBefore: invocation.endsAt }, delivery, this.#settings)
      : outcome;
  }

  /** Sends to the dead-letter queue what is permanent, and what has used up its tries or receives. Send first, then acknowledge. */
  async #deadLetterIfDue(execution: Execution, outcome: Failure): Promise<Outcome> {
    const { delivery } = execution;
    const queue = deadLetterQueueOf(this.#settings, delivery);
    const error =
      outcome.kind === "deadLettered"
        ? outcome.error
        : errorIfDue(outcome, execution, this.#settings, this.#parts.invocation.stopping?.aborted === true);
    if (outcome.kind === "retry" && (error === undefined || queue === undefined)) {
      return withRedelivery(outcome, delivery, this.#settings);
    }
    if (queue === undefined) {
      // Without a queue of ours, SQS moves the message after its last receive. With the usual backoff, because there may be no
      // redrive policy at all: a message that is redelivered at once would then be redelivered for ever.
      return withRedelivery({ kind: "retry", cause: "handler", error: outcome.error }, delivery, this.#settings);
    }
    try {
      await this.#sendToDeadLetters(queue.url, execution, error);
      return { kind: "deadLettered", error };
    } catch (failure) {
      this.#settings.logger.error("the dead-letter queue did not take the message; it is retried", {
        ...idsOf(delivery, execution.event),
        error: errorFields(failure),
      });
      return withRedelivery({ kind: "retry", cause: "dependency", error }, delivery, this.#settings);
    }
  }

  async #sendToDeadLetters(queueUrl: string, execution: Execution, error: unknown): Promise<void> {
    const { consumer, clock, hook } = this.#settings;
    const { claims, deadLetters, invocation } = this.#parts;
    const { delivery, key = "", tries, claim } = execution;
    const named = claim === "leaveToLetter" ? claims : undefined;
    const reason = failureReason(error, delivery, {
      consumer,
      invocation,
      tries,
      now: clock.now(),
      claim: named?.tokenOf(key),
      traceparent: hook?.ask((observer) => observer.traceContextOf?.(delivery)).at(-1)?.traceparent,
    });
    const letter = deadLetterMessage(delivery, reason);
    const send = () => deadLetters.send(queueUrl, letter, settleDeadline(invocation, clock));
    await observedLetter(hook, delivery, queueUrl, send);
    if (named !== undefined && !letter.hasReason) {
      // There was no room for the claim's name: without it, the letter could never be handled again.
      this.#background.push(named.release(key, 0));
    }
  }

  /** Asks for a redelivery, unless the same has been asked for. */
  async #redeliver(delivery: Delivery, seconds: number | undefined): Promise<void> {
    if (seconds !== undefined && this.#redeliveries.get(delivery) === seconds) {
      return;
    }
    if (seconds !== undefined) {
      this.#redeliveries.set(delivery, seconds);
    }
    await this.#parts.messages.redeliver(delivery, seconds);
  }
}
