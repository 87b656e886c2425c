import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../clock/index.ts";
import { describeError, FanfareError, PermanentError, RetryError } from "../../errors/index.ts";
import { MAX_VISIBILITY_SECONDS } from "../../wire/index.ts";
import {
  type Execution,
  executionOf,
  type Invocation,
  type Logger,
  type Ready,
  type ReceivedEvent,
} from "../record/index.ts";
import type { HandlerContext } from "./context.ts";
import { executionAfter, type Guarantee } from "./execution-after.ts";
import type { AnyHandler } from "./handlers.ts";
import { type HandlerRun, RunningHandlers } from "./running-handlers.ts";

/** What calling handlers needs to know of the consumer. */
export interface HandleSettings {
  /** The handler of the event of that name. */
  readonly handlerOf: (name: string) => AnyHandler | undefined;
  readonly guarantee: Guarantee;
  /** Milliseconds that a handler may take. */
  readonly recordTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Commit = (items: readonly TransactWriteItem[], signal: AbortSignal) => Promise<void>;

/** Calls the handlers of one invocation, one event per call. */
export class HandlerCalls {
  readonly #settings: HandleSettings;
  readonly #invocation: Invocation;
  readonly #commitOf: (event: ReceivedEvent) => Commit | undefined;
  readonly #running: RunningHandlers;

  /** @param commitOf what `ctx.commit` calls for an event; `undefined` where there is no claim to complete */
  constructor(
    settings: HandleSettings,
    invocation: Invocation,
    commitOf: (event: ReceivedEvent) => Commit | undefined,
  ) {
    this.#settings = settings;
    this.#invocation = invocation;
    this.#commitOf = commitOf;
    this.#running = new RunningHandlers(settings.clock, invocation.signal);
  }

  /** Calls the handler of an event, and returns what its end leads to. Never throws. */
  async handle(ready: Ready): Promise<Execution> {
    const { clock, guarantee, handlerOf, recordTimeoutMs } = this.#settings;
    const { info, data } = ready.event;
    const handler = handlerOf(info.name);
    if (handler === undefined) {
      const error = new FanfareError("UnknownEvent", `no handler takes ${info.name}`);
      return executionAfter({ kind: "threw", error }, ready, this.#invocation, guarantee);
    }
    const startedAt = clock.now();
    const deadline = Math.min(startedAt + recordTimeoutMs, this.#invocation.deadline);
    let committed = false;
    const late = (reason: "deadline" | "stop") =>
      reason === "stop" ? stopped(info.name) : timedOut(info.name, deadline - startedAt);
    const { hold } = this.#invocation;
    const limits = { deadline, late, lost: hold?.lost(ready.delivery), onEnded: hold?.started(ready.delivery) };
    const result = await this.#running.run(limits, (run) => {
      const commit = async (items: readonly TransactWriteItem[]) => {
        await this.#commit(ready, items, run.signal);
        committed = true;
      };
      return handler(data, this.#contextOf(ready, run, commit));
    });
    if (committed && result.kind !== "timedOut") {
      // The effects and the completion are written: another try would be a duplicate.
      if (result.kind === "threw") {
        this.#warnOfLateThrow(ready, result.error);
      }
      return executionOf(ready, { kind: "done" }, "none");
    }
    return executionAfter(result, ready, this.#invocation, guarantee);
  }

  async #commit(ready: Ready, items: readonly TransactWriteItem[], signal: AbortSignal): Promise<void> {
    const commit = ready.claimed ? this.#commitOf(ready.event) : undefined;
    if (commit === undefined) {
      throw new FanfareError("ConfigurationInvalid", "ctx.commit has no claim to complete", {
        field: "commit",
        remedy: 'set guarantee: "exactly-once" with a store in DynamoDB, or write the items with your own client',
      });
    }
    await commit(items, signal);
  }

  #warnOfLateThrow({ delivery, event }: Ready, error: unknown): void {
    this.#settings.logger.warn("the handler threw after it had committed", {
      event: event.info.name,
      eventId: event.info.id,
      messageId: delivery.messageId,
      error: describeError(error),
    });
  }

  #contextOf({ delivery, event }: Ready, run: HandlerRun, commit: HandlerContext["commit"]): HandlerContext {
    const { clock, logger } = this.#settings;
    return {
      event: event.info,
      record: delivery.record,
      attempt: delivery.receiveCount,
      idempotencyKey: event.key,
      signal: run.signal,
      logger,
      remainingMs: () => Math.max(0, run.limits.deadline - clock.now()),
      retry,
      deadLetter,
      commit,
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
  if (Number.isFinite(after) && after >= 0 && after <= MAX_VISIBILITY_SECONDS) {
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
