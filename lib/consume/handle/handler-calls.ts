import type { Clock } from "../../clock/index.ts";
import { FanfareError, PermanentError, RetryError } from "../../errors/index.ts";
import { type Hook, whileHandling } from "../../hook/index.ts";
import { isVisibilityTimeout, MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import {
  type Commit,
  type Execution,
  errorFields,
  eventLogger,
  type Invocation,
  idsOf,
  type Logger,
  type Ready,
} from "../record/index.ts";
import type { HandlerContext } from "./context.ts";
import { executionAfter, executionAfterCommit, type Guarantee } from "./execution-after.ts";
import { type CommitEnd, HandlerCommit } from "./handler-commit.ts";
import type { AnyHandler } from "./handlers.ts";
import { observedCommit, tellEnded, tellStarted } from "./observed.ts";
import { type HandlerResult, type HandlerRun, type Limits, RunningHandlers } from "./running-handlers.ts";

/** What calling handlers needs to know of the consumer. */
export interface HandleSettings {
  /** The handler of the event of that name. */
  readonly handlerOf: (name: string) => AnyHandler | undefined;
  readonly guarantee: Guarantee;
  /** When events are claimed: `with-commit` claims and completes them in the handler's transaction. */
  readonly claim: "before-handler" | "with-commit";
  /** Milliseconds that a handler may take. */
  readonly recordTimeoutMs: number;
  /** Whether what a handler publishes carries the ids of the event that caused it. */
  readonly correlation: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hook: Hook | undefined;
}

/** Calls the handlers of one invocation, one event per call. */
export class HandlerCalls {
  readonly #settings: HandleSettings;
  readonly #invocation: Invocation;
  readonly #commitOf: (ready: Ready) => Commit | undefined;
  readonly #running: RunningHandlers;

  /** @param commitOf what writes a handler's transaction; `undefined` where there is no claim to complete */
  constructor(settings: HandleSettings, invocation: Invocation, commitOf: (ready: Ready) => Commit | undefined) {
    this.#settings = settings;
    this.#invocation = invocation;
    this.#commitOf = commitOf;
    this.#running = new RunningHandlers(settings.clock, invocation.signal);
  }

  /** Calls the handler of an event, and returns what its end leads to. Never throws. */
  async handle(ready: Ready): Promise<Execution> {
    const { clock, claim, correlation, guarantee, handlerOf, hook, recordTimeoutMs } = this.#settings;
    const { info, data } = ready.event;
    const handler = handlerOf(info.name);
    if (handler === undefined) {
      const error = new FanfareError("UnknownEvent", `no handler takes ${info.name}`);
      return executionAfter({ kind: "threw", error }, ready, this.#invocation, guarantee);
    }
    const startedAt = clock.now();
    const deadline = Math.min(startedAt + recordTimeoutMs, this.#invocation.deadline);
    const late = (reason: "deadline" | "stop") =>
      reason === "stop" ? stopped(info.name) : timedOut(info.name, deadline - startedAt);
    const { hold } = this.#invocation;
    hook && tellStarted(hook, startedAt, ready);
    const limits = { deadline, late, lost: hold?.lost(ready.delivery) };
    let transaction: HandlerCommit | undefined;
    let hasEnded = false;
    const result = await this.#running.run({ ...limits, onEnded: hold?.started(ready.delivery) }, (run) => {
      const begin = () => {
        const commit = observedCommit(this.#commitOf(ready), ready, hook);
        transaction ??= new HandlerCommit(commit, run.signal, (error) => this.#tellLate(ready, error));
        if (hasEnded) {
          transaction.close();
        }
        return transaction;
      };
      if (claim === "with-commit") {
        begin();
      }
      const context = this.#contextOf(ready, run, begin);
      const call = () => handler(data, context);
      const related = correlation ? () => whileHandling(info, call) : call;
      return hook === undefined ? related() : hook.runInside([ready.delivery], related);
    });
    hasEnded = result.kind !== "timedOut";
    hook?.tells("ended") && tellEnded(hook, hook.now(), startedAt, ready, result);
    return transaction === undefined || result.kind === "timedOut"
      ? executionAfter(result, ready, this.#invocation, guarantee)
      : await this.#finish(transaction, ready, result, limits);
  }

  /** The handler has ended: what becomes of its transaction decides what becomes of the event. */
  async #finish(transaction: HandlerCommit, ready: Ready, result: HandlerResult, limits: Limits): Promise<Execution> {
    const ends: CommitEnd[] = [];
    const finished = await this.#running.run(limits, async () => {
      ends[0] = await transaction.finish(result.kind === "returned", this.#settings.claim === "with-commit");
    });
    const { guarantee } = this.#settings;
    if (finished.kind !== "returned") {
      return executionAfter(finished, ready, this.#invocation, guarantee);
    }
    const [end = { kind: "none" }] = ends;
    if (end.kind === "written" && result.kind === "threw") {
      // The effects and the completion are written: another try would be a duplicate.
      this.#warnOfLateThrow(ready, result.error);
    }
    return executionAfterCommit(end, result, ready, this.#invocation, guarantee);
  }

  /** The message is settled by then, or about to be: the log is the only place left. */
  #tellLate({ delivery, event }: Ready, error: FanfareError): void {
    this.#settings.logger.error("the handler committed too late: its effects are not written", {
      ...idsOf(delivery, event.info),
      error: errorFields(error),
    });
  }

  #warnOfLateThrow({ delivery, event }: Ready, error: unknown): void {
    this.#settings.logger.warn("the handler threw after it had committed", {
      ...idsOf(delivery, event.info),
      error: errorFields(error),
    });
  }

  #contextOf({ delivery, event }: Ready, run: HandlerRun, transaction: () => HandlerCommit): HandlerContext {
    const { clock, hook, logger } = this.#settings;
    return {
      event: event.info,
      record: delivery.record,
      attempt: delivery.receiveCount,
      idempotencyKey: event.key,
      signal: run.signal,
      logger: eventLogger(logger, delivery, event.info, hook),
      remainingMs: () => Math.max(0, run.limits.deadline - clock.now()),
      retry,
      deadLetter,
      commit: (items) => transaction().commit(items),
      effects: { add: (...items) => transaction().add(items) },
    };
  }
}

function retry({ after, reason }: { readonly after?: number; readonly reason?: string } = {}): never {
  throw new RetryError(reason ?? "the handler asked for a retry", after === undefined ? {} : { after: seconds(after) });
}

function deadLetter(reason: string): never {
  throw new PermanentError(reason);
}

function seconds(after: number): number {
  if (isVisibilityTimeout(after)) {
    return after;
  }
  throw new FanfareError("MessageInvalid", `retry after ${after} seconds is not possible`, {
    field: "after",
    limit: `0 to ${MAX_VISIBILITY_SECONDS} seconds`,
    remedy: "publish an event for later instead of waiting longer in the queue",
  });
}

function timedOut(event: string, ms: number): FanfareError {
  return new FanfareError("HandlerTimeout", `the handler did not finish in ${ms} ms`, {
    field: event,
    limit: `${ms} ms`,
    remedy: "raise the function's timeout or recordTimeoutMs, lower batchSize, or pass ctx.signal on",
  });
}

function stopped(event: string): FanfareError {
  return new FanfareError("HandlerTimeout", "the handler did not finish before the poller had to stop", {
    field: event,
    remedy: "raise stopTimeoutMs, or pass ctx.signal on",
  });
}
