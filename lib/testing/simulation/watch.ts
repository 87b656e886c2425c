import type { SqsBatchResponse } from "../../consume/index.ts";
import { idempotencyKey } from "../../idempotency/index.ts";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { type Book, describe, short } from "./book.ts";
import { CallWatch } from "./call-watch.ts";
import type { DeployedSubscriber } from "./deployment.ts";
import type { Case, Invocation, PublishedEvent } from "./entities.ts";
import { HandlerWatch } from "./handler-watch.ts";
import { checkCircuitPause } from "./rules/circuit-rules.ts";
import { checkClaimGivenUp } from "./rules/claim-rules.ts";
import { failsQuietly } from "./rules/dead-letter-rules.ts";
import { checkEnd } from "./rules/end-rules.ts";
import { type Finding, findingAt } from "./rules/finding.ts";
import { checkDelete, checkResponse, checkSettled } from "./rules/outcome-rules.ts";
import { checkPublished, checkSentOnce } from "./rules/publish-rules.ts";
import { checkHidden, checkPause } from "./rules/redelivery-rules.ts";
import { StoreWatch } from "./store-watch.ts";

/** Observes events from publish to deletion, writes the history, and checks the rules as things happen. */
export class Watch {
  /** Observes the effects of calls. */
  readonly calls: CallWatch;
  readonly handlers: HandlerWatch;
  readonly #store: StoreWatch;
  readonly #book: Book;

  constructor(book: Book) {
    this.#book = book;
    this.#store = new StoreWatch(book);
    this.handlers = new HandlerWatch(book, this.#store);
    this.calls = new CallWatch(book, this.#store, {
      onReceived: (...received) => this.received(...received),
      onDeleted: (...deleted) => this.deleting(...deleted),
    });
  }

  publishCalled(event: PublishedEvent): void {
    const group = event.group === undefined ? "" : ` in group ${event.group}`;
    this.#book.note("workload", `publish ${event.name ?? "malformed body"}${group}`, event.id);
  }

  publishSettled(event: PublishedEvent, state: PublishedEvent["state"], error?: unknown): void {
    event.state = state;
    this.#book.note("workload", `publish ${state}${error === undefined ? "" : `: ${describe(error)}`}`, event.id);
    const { maxAttempts } = this.#book.options;
    this.#book.report(checkPublished(event, this.calls.publisherFailures > 0, maxAttempts, error));
  }

  delivered(queueArn: string, messageId: string, body: string, sentAt: number): void {
    const deployed = this.#book.deployedBy("queueArn", queueArn);
    const message = deployed === undefined ? undefined : this.#book.message(deployed, messageId, body);
    if (deployed === undefined || message === undefined) {
      return;
    }
    const { case: entry } = message;
    this.#book.ledger.keyed(keyOf(entry, this.#book.options.source), entry);
    this.#book.note("sns", `delivered to ${entry.subscriber} as ${short(messageId)}`, entry.event.id, entry.subscriber);
    if (deployed.fifo) {
      this.#book.report(checkSentOnce(entry, sentAt));
    }
    entry.sentAt = sentAt;
  }

  received(deployed: DeployedSubscriber, messageId: string, receipt: string, body: string, count: string): void {
    const message = this.#book.message(deployed, messageId, body);
    if (message === undefined) {
      return;
    }
    this.#book.note(
      deployed.name,
      `received ${short(messageId)}, receive ${count}`,
      message.case.event.id,
      deployed.name,
    );
    this.#book.report(checkPause(message, this.#book.options.now()));
    message.receipt = receipt;
    message.failedQuietly = false;
    message.failedAt = undefined;
  }

  invocationStarted(invocation: Invocation): void {
    for (const [place, message] of invocation.messages.entries()) {
      message.invocations.push(invocation);
      message.case.redriven ||= FAILURE_ATTRIBUTE in (invocation.records[place]?.messageAttributes ?? {});
    }
    const ids = invocation.messages.map((message) => message.case.event.id).join(" ");
    const text = `invoked with ${invocation.messages.length} records: ${ids}`;
    this.#book.note(invocation.worker.name, text, undefined, invocation.subscriber);
  }

  /** A function has returned its response. */
  responded(invocation: Invocation, response: SqsBatchResponse): void {
    const failures = response.batchItemFailures.length;
    this.#book.note(
      invocation.worker.name,
      `returned, ${failures} to be redelivered`,
      undefined,
      invocation.subscriber,
    );
    this.#book.report(checkResponse(invocation, response));
    this.settled(invocation);
  }

  /** All that follows from the outcomes of an invocation has been carried out. */
  settled(invocation: Invocation): void {
    invocation.state = "responded";
    for (const [place, message] of invocation.messages.entries()) {
      // Its backoff may have been shorter than the rest of the invocation: then this was not its latest receive.
      if (message.receipt === invocation.records[place]?.receiptHandle) {
        this.#noteFailure(invocation, message);
      }
      const held = this.#store.heldBy(invocation, message.case);
      this.#book.report(checkClaimGivenUp(invocation, message, held));
    }
    this.#book.report(checkSettled(invocation));
  }

  threw(invocation: Invocation, error: unknown): void {
    invocation.state = "threw";
    this.#book.report({
      rule: "no-crash-of-ours",
      message: `the consumer threw instead of returning a response: ${describe(error)}`,
      subscriber: invocation.subscriber,
      event: invocation.messages[0]?.case.event.id,
    });
  }

  crashed(invocation: Invocation, reason: string): void {
    invocation.state = "crashed";
    this.#book.note(invocation.worker.name, `CRASHED: ${reason}`, undefined, invocation.subscriber);
  }

  /** A message is being deleted. An older receipt handle deletes nothing. */
  deleting(deployed: DeployedSubscriber, receiptHandle: string): void {
    const message = this.#book.ledger.messageByReceipt(deployed.name, receiptHandle);
    if (message === undefined) {
      return;
    }
    message.deleted = true;
    message.case.acknowledged ||= !message.case.expired && message.copies === 0;
    this.#book.note(deployed.name, `deleted ${short(message.id)}`, message.case.event.id, deployed.name);
    const { now, maxSkewMs } = this.#book.options;
    this.#book.report(checkDelete(message, this.#book.guaranteeOf(deployed.name), now(), maxSkewMs));
  }

  /** The run is over: at rest, or stuck. */
  finish(atRest: boolean): void {
    if (atRest) {
      this.#book.report(checkEnd(this.#book));
    } else if (this.#book.finding === undefined) {
      this.#book.report(this.#restless());
    }
  }

  /** What the delivery's failure means for the next receive of the message. */
  #noteFailure(invocation: Invocation, message: Invocation["messages"][number]): void {
    message.failedQuietly = failsQuietly(invocation, message);
    const deployed = this.#book.deployedBy("name", invocation.subscriber);
    const { aws, now, maxSkewMs } = this.#book.options;
    const hidden = aws.engine.sqs
      .inspect(deployed?.queueArn ?? "")
      .find(({ messageId, state }) => messageId === message.id && state === "inFlight");
    if (hidden !== undefined) {
      const { backoff, circuitBreaker } = deployed?.subscriber.options ?? {};
      const left = (deployed?.maxReceiveCount ?? 0) - hidden.receiveCount;
      this.#book.report(checkCircuitPause(invocation, message, circuitBreaker, left, maxSkewMs));
      this.#book.report(checkHidden(invocation, { ...hidden, message }, backoff, now()));
    }
  }

  #restless(): Finding {
    for (const event of this.#book.ledger.events) {
      for (const entry of event.cases.values()) {
        const waiting = [...entry.messages.values()].some((message) => !message.deleted && !message.movedBySqs);
        if (waiting) {
          return findingAt("comes-to-rest", "it is still in its queue, hours after the last fault", entry);
        }
      }
    }
    return { rule: "comes-to-rest", message: "the run did not come to rest, hours after the last fault" };
  }
}

function keyOf({ subscriber, event }: Case, source: string): string {
  return idempotencyKey(subscriber, source, event.type ?? "", event.id);
}
