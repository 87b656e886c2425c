import type { Guarantee, SqsBatchResponse, SqsRecord } from "../../consume/index.ts";
import { idempotencyKey } from "../../idempotency/index.ts";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { type Book, describe, short } from "./book.ts";
import { CallWatch } from "./call-watch.ts";
import { type DeployedSubscriber, IDEMPOTENCY_TABLE } from "./deployment.ts";
import type { Case, HandlerRun, Invocation, PublishedEvent, QueuedMessage } from "./entities.ts";
import { failsQuietly } from "./rules/dead-letter-rules.ts";
import { checkEnd } from "./rules/end-rules.ts";
import { type Finding, findingAt } from "./rules/finding.ts";
import { checkStart } from "./rules/handler-rules.ts";
import { checkDelete, checkOutcome, checkResponse } from "./rules/outcome-rules.ts";
import { checkPublished } from "./rules/publish-rules.ts";

/** Observes events from publish to deletion, writes the history, and checks the rules as things happen. */
export class Watch {
  /** Observes the effects of calls. */
  readonly calls: CallWatch;
  readonly #book: Book;
  #handled = 0;

  constructor(book: Book) {
    this.#book = book;
    this.calls = new CallWatch(book);
  }

  /** Handlers started. */
  get handled(): number {
    return this.#handled;
  }

  publishCalled(event: PublishedEvent): void {
    this.#book.note("workload", `publish ${event.name ?? "malformed body"}${inGroup(event.group)}`, event.id);
  }

  publishSettled(event: PublishedEvent, state: PublishedEvent["state"], error?: unknown): void {
    event.state = state;
    this.#book.note("workload", `publish ${state}${error === undefined ? "" : `: ${describe(error)}`}`, event.id);
    this.#book.report(checkPublished(event, this.calls.publisherFailures > 0, error));
  }

  delivered(queueArn: string, messageId: string, body: string): void {
    const deployed = this.#book.deployedBy("queueArn", queueArn);
    const message = deployed === undefined ? undefined : this.#book.message(deployed, messageId, body);
    if (message !== undefined) {
      const { subscriber, event } = message.case;
      this.#book.ledger.keyed(this.#keyOf(message.case), message.case);
      this.#book.note("sns", `delivered to ${subscriber} as ${short(messageId)}`, event.id, subscriber);
    }
  }

  received(deployed: DeployedSubscriber, messageId: string, receipt: string, body: string, count: string): void {
    const message = this.#book.message(deployed, messageId, body);
    if (message === undefined) {
      return;
    }
    message.receipt = receipt;
    message.failedQuietly = false;
    this.#book.note(
      deployed.name,
      `received ${short(messageId)}, receive ${count}`,
      message.case.event.id,
      deployed.name,
    );
  }

  invocationStarted(invocation: Invocation): void {
    this.calls.invocationStarted(invocation);
    const ids = invocation.messages.map((message) => message.case.event.id).join(" ");
    this.#book.note(
      actorOf(invocation),
      `invoked with ${invocation.messages.length} records: ${ids}`,
      undefined,
      invocation.subscriber,
    );
  }

  handlerStarted(invocation: Invocation, messageId: string, key: string): HandlerRun | undefined {
    const message = invocation.messages.find((candidate) => candidate.id === messageId);
    if (message === undefined) {
      return undefined;
    }
    const entry = message.case;
    const deployed = this.#book.deployedBy("name", invocation.subscriber);
    this.#handled += 1;
    this.#about(invocation, entry, "handler started");
    this.#book.report(
      checkStart(
        entry,
        this.#guaranteeOf(invocation, messageId),
        deployed?.fifo ?? false,
        this.#book.ledger,
        this.#book.options.now(),
      ),
    );
    const run: HandlerRun = { invocation, messageId, case: entry, state: "running", timedOut: false, error: undefined };
    entry.runs.push(run);
    this.#book.ledger.keyed(key, entry);
    return run;
  }

  handlerEnded(run: HandlerRun, state: "returned" | "threw", error?: unknown): void {
    run.state = state;
    run.error = error;
    if (state === "returned" && !run.timedOut) {
      run.case.handled = true;
    }
    const late = run.timedOut ? ", too late" : "";
    this.#about(
      run.invocation,
      run.case,
      `handler ${state}${late}${error === undefined ? "" : `: ${describe(error)}`}`,
    );
  }

  handlerTimedOut(run: HandlerRun): void {
    if (run.state === "running") {
      run.timedOut = true;
      this.#about(run.invocation, run.case, "handler timed out");
    }
  }

  /** The consumer logged an outcome. */
  outcomeLogged(invocation: Invocation, fields: Readonly<Record<string, unknown>>): void {
    const message = invocation.messages.find((candidate) => candidate.id === fields.messageId);
    if (message === undefined || typeof fields.outcome !== "string") {
      return;
    }
    const outcome = { kind: fields.outcome, cause: typeof fields.cause === "string" ? fields.cause : undefined };
    invocation.outcomes.set(message.id, [...(invocation.outcomes.get(message.id) ?? []), outcome]);
    const when = typeof fields.afterSeconds === "number" ? ` in ${fields.afterSeconds} s` : "";
    this.#about(
      invocation,
      message.case,
      `outcome ${outcome.kind}${outcome.cause === undefined ? "" : ` (${outcome.cause})`}${when}`,
    );
    const guarantee = this.#book.guaranteeOf(invocation.subscriber);
    const { now, maxSkewMs } = this.#book.options;
    const store = this.#storeView(invocation, message.case);
    if (outcome.kind === "expired") {
      message.case.expired = true;
    }
    if (outcome.kind === "deadLettered") {
      takeCopy(invocation, message);
    }
    this.#book.report(checkOutcome(outcome, { invocation, message, guarantee, store, now: now(), maxSkewMs }));
  }

  responded(invocation: Invocation, response: SqsBatchResponse): void {
    invocation.state = "responded";
    const failures = response.batchItemFailures.length;
    this.#book.note(actorOf(invocation), `returned, ${failures} to be redelivered`, undefined, invocation.subscriber);
    for (const [place, message] of invocation.messages.entries()) {
      // Its backoff may have been shorter than the rest of the invocation: then this was not its latest receive.
      if (message.receipt === invocation.records[place]?.receiptHandle) {
        message.failedQuietly = failsQuietly(invocation, message);
      }
    }
    this.#book.report(checkResponse(invocation, response, this.#book.guaranteeOf(invocation.subscriber)));
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
    this.#book.note(actorOf(invocation), `CRASHED: ${reason}`, undefined, invocation.subscriber);
  }

  deleting(deployed: DeployedSubscriber, record: SqsRecord): void {
    const message = this.#book.message(deployed, record.messageId, record.body);
    // An older receipt handle deletes nothing.
    if (message === undefined || message.receipt !== record.receiptHandle) {
      return;
    }
    message.deleted = true;
    this.#book.note(deployed.name, `deleted ${short(message.id)}`, message.case.event.id, deployed.name);
    const { now, maxSkewMs } = this.#book.options;
    this.#book.report(checkDelete(message, this.#book.guaranteeOf(deployed.name), now(), maxSkewMs));
  }

  /** The run is over: at rest, or stuck. */
  finish(atRest: boolean): void {
    if (atRest) {
      this.#book.report(checkEnd(this.#book.ledger));
    } else if (this.#book.finding === undefined) {
      this.#book.report(this.#restless());
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

  /** Whoever redrives a dead letter of at-most-once has decided that its event may be handled again. */
  #guaranteeOf({ records, subscriber }: Invocation, messageId: string): Guarantee {
    const guarantee = this.#book.guaranteeOf(subscriber);
    return guarantee === "at-most-once" && isDeadLetter(records, messageId) ? "exactly-once" : guarantee;
  }

  #keyOf({ subscriber, event }: Case): string {
    return idempotencyKey(subscriber, this.#book.options.source, event.type ?? "", event.id);
  }

  #storeView(invocation: Invocation, entry: Case): { own: boolean } | undefined {
    const item = this.#book.options.aws.dynamodb.items(IDEMPOTENCY_TABLE).get(this.#keyOf(entry));
    return item === undefined ? undefined : { own: item.owner?.S?.startsWith(`${invocation.id}.`) ?? false };
  }

  #about(invocation: Invocation, entry: Case, text: string): void {
    this.#book.note(actorOf(invocation), text, entry.event.id, entry.subscriber);
  }
}

/** Messages of one event are alike: each dead-lettered one accounts for one copy in the dead-letter queue. */
function takeCopy(invocation: Invocation, message: QueuedMessage): void {
  const copies = invocation.deadLetterCopies.get(message.case) ?? 0;
  if (copies === 0) {
    return;
  }
  invocation.deadLetterCopies.set(message.case, copies - 1);
  message.copies += 1;
}

function actorOf(invocation: Invocation): string {
  return invocation.worker.name;
}

function inGroup(group: string | undefined): string {
  return group === undefined ? "" : ` in group ${group}`;
}

function isDeadLetter(records: readonly SqsRecord[], messageId: string): boolean {
  return records.some((record) => record.messageId === messageId && FAILURE_ATTRIBUTE in record.messageAttributes);
}
