import type { Guarantee } from "../../consume/index.ts";
import { isFanfareError } from "../../errors/index.ts";
import { type Book, describe } from "./book.ts";
import type { Case, HandlerRun, Invocation, LoggedOutcome, QueuedMessage } from "./entities.ts";
import { checkCircuit } from "./rules/circuit-rules.ts";
import { checkStart } from "./rules/handler-rules.ts";
import { checkOutcome } from "./rules/outcome-rules.ts";
import { LEAST_PAUSE_MS } from "./rules/redelivery-rules.ts";
import type { StoreWatch } from "./store-watch.ts";

/** Observes handlers and logged outcomes, and checks the rules as things happen. */
export class HandlerWatch {
  readonly #book: Book;
  readonly #store: StoreWatch;
  #handled = 0;

  constructor(book: Book, store: StoreWatch) {
    this.#book = book;
    this.#store = store;
  }

  /** Handlers started. */
  get handled(): number {
    return this.#handled;
  }

  /** @param beside records that the same call of a batch handler takes */
  started(
    invocation: Invocation,
    messageId: string,
    key: string,
    beside: ReadonlySet<string> = new Set(),
  ): HandlerRun | undefined {
    const message = invocation.messages.find((candidate) => candidate.id === messageId);
    if (message === undefined) {
      return undefined;
    }
    const { case: entry } = message;
    const deployed = this.#book.deployedBy("name", invocation.subscriber);
    this.#handled += 1;
    this.#about(invocation, entry, "handler started");
    const now = this.#book.options.now();
    const together = invocation.messages.filter((other) => beside.has(other.id)).map((other) => other.case);
    this.#book.report(
      checkStart(entry, {
        guarantee: this.#guaranteeOf(entry),
        ordered: deployed?.fifo ?? false,
        sequence: this.#book.ledger.sequenceOf(entry.event.group),
        together: new Set(together),
        now,
        maxSkewMs: this.#book.options.maxSkewMs,
      }),
    );
    const circuit = this.#store.circuitOf(invocation.subscriber);
    this.#book.report(checkCircuit(entry, invocation, circuit, now + this.#book.options.maxSkewMs));
    const run: HandlerRun = {
      invocation,
      messageId,
      case: entry,
      state: "running",
      timedOut: false,
      error: undefined,
      endedAt: undefined,
    };
    entry.runs.push(run);
    this.#book.ledger.keyed(key, entry);
    this.#store.handlerStarted(invocation, entry);
    return run;
  }

  ended(run: HandlerRun, state: "returned" | "threw", error?: unknown): void {
    run.state = state;
    run.error = error;
    run.endedAt = this.#book.options.now();
    if (state === "returned" && !run.timedOut) {
      run.case.handled = true;
    }
    this.#noteFailure(run);
    const late = run.timedOut ? ", too late" : "";
    const what = error === undefined ? "" : `: ${describe(error)}`;
    this.#about(run.invocation, run.case, `handler ${state}${late}${what}`);
  }

  timedOut(run: HandlerRun): void {
    if (run.state === "running") {
      run.timedOut = true;
      this.#about(run.invocation, run.case, "handler timed out");
    }
  }

  /** The consumer logged the outcome of a message. */
  outcomeLogged(invocation: Invocation, messageId: string, fields: Readonly<Record<string, unknown>>): void {
    const message = invocation.messages.find((candidate) => candidate.id === messageId);
    if (message === undefined || typeof fields.outcome !== "string") {
      return;
    }
    const outcome: LoggedOutcome = {
      kind: fields.outcome,
      cause: typeof fields.cause === "string" ? fields.cause : undefined,
      afterSeconds: typeof fields.afterSeconds === "number" ? fields.afterSeconds : undefined,
      at: this.#book.options.now(),
    };
    invocation.outcomes.set(message.id, [...(invocation.outcomes.get(message.id) ?? []), outcome]);
    const when = outcome.afterSeconds === undefined ? "" : ` in ${outcome.afterSeconds} s`;
    const cause = outcome.cause === undefined ? "" : ` (${outcome.cause})`;
    this.#about(invocation, message.case, `outcome ${outcome.kind}${cause}${when}`);
    if (outcome.kind === "expired") {
      message.case.expired = true;
    }
    if (outcome.kind === "deadLettered") {
      takeCopy(invocation, message);
    }
    const { now, maxSkewMs } = this.#book.options;
    this.#book.report(
      checkOutcome(outcome, {
        invocation,
        message,
        guarantee: this.#book.guaranteeOf(invocation.subscriber),
        store: this.#store.viewOf(invocation, message.case),
        effects: this.#book.effectsOf(message.case),
        now: now(),
        maxSkewMs,
      }),
    );
  }

  /** From when on backoff counts: only if the message is still hidden, and its handler did not ask for a time of its own. */
  #noteFailure({ invocation, messageId, state, timedOut, error, endedAt }: HandlerRun): void {
    const place = invocation.messages.findIndex(({ id }) => id === messageId);
    const message = invocation.messages[place];
    if (message === undefined || message.receipt !== invocation.records[place]?.receiptHandle) {
      return;
    }
    const { aws, now } = this.#book.options;
    const queueArn = this.#book.deployedBy("name", invocation.subscriber)?.queueArn ?? "";
    const isHidden = aws.engine.sqs
      .inspect(queueArn)
      .some(({ messageId: id, availableAt }) => id === messageId && availableAt > now() + LEAST_PAUSE_MS);
    const counts = state === "threw" && !timedOut && !isFanfareError(error, "Retry") && isHidden;
    message.failedAt = counts ? endedAt : undefined;
  }

  /** Whoever redrives a dead letter of at-most-once has decided that its event may be handled again. */
  #guaranteeOf({ redriven, subscriber }: Case): Guarantee {
    const guarantee = this.#book.guaranteeOf(subscriber);
    return guarantee === "at-most-once" && redriven ? "exactly-once" : guarantee;
  }

  #about(invocation: Invocation, entry: Case, text: string): void {
    this.#book.note(invocation.worker.name, text, entry.event.id, entry.subscriber);
  }
}

/** Messages of one event are alike: each dead-lettered one accounts for one copy in the dead-letter queue. */
function takeCopy({ worker }: Invocation, message: QueuedMessage): void {
  const { letters } = message.case;
  const copies = letters.get(worker) ?? 0;
  if (copies > 0) {
    letters.set(worker, copies - 1);
    message.copies += 1;
  }
}
