import type { BatchContext, BatchItem, Handlers, Logger } from "../../consume/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import type { HandlerRun, Invocation } from "./entities.ts";
import type { Watch } from "./watch.ts";

/** A record as handlers and log lines name it. */
export interface RecordName {
  readonly messageId: string;
  /** How often the message had been received; `undefined` where that is not known. */
  readonly receiveCount: number | undefined;
}

type BatchHandler = (items: readonly BatchItem<AnyContract>[], context: BatchContext) => void | Promise<void>;

/** What the consumer logs of an event that is done and that the store does not know as done. */
const UNRECORDED = "handled, but the completion could not be recorded";

/** Observes the handlers and the log of one worker's consumer. */
export class ConsumerWatch {
  readonly #watch: Watch;
  #running = 0;
  readonly #invocationOf: (record: RecordName) => Invocation | undefined;
  /** The logger of the consumer. */
  readonly logger: Logger;

  constructor(watch: Watch, invocationOf: (record: RecordName) => Invocation | undefined) {
    this.#watch = watch;
    this.#invocationOf = invocationOf;
    const log = (message: string, fields: Readonly<Record<string, unknown>>) => this.#logged(message, fields);
    this.logger = { debug: () => {}, info: log, warn: log, error: log };
  }

  /** Calls of handlers that have not ended. */
  get running(): number {
    return this.#running;
  }

  /** The handlers, with the start and the end of each call reported. */
  handlers(handlers: Handlers<AnyContract>): Handlers<AnyContract> {
    const watched: Record<string, Handlers<AnyContract>[string]> = {};
    for (const [name, handler] of Object.entries(handlers)) {
      if (handler === undefined) {
        continue;
      }
      watched[name] = async (data, context) => {
        const run = this.#started(context.record, context.idempotencyKey, context.signal);
        await this.#ending([run], async () => await handler(data, context));
      };
    }
    return watched;
  }

  /** The batch handler, with the start and the end of each item reported. */
  batchHandler(handler: BatchHandler): BatchHandler {
    return async (items, context) => {
      const beside = new Set(items.map((item) => item.record.messageId));
      const runs = items.map((item) => this.#started(item.record, item.idempotencyKey, context.signal, beside));
      const failures = new Map<HandlerRun, unknown>();
      const watched = items.map((item, index) => this.#itemOf(item, runs[index], failures));
      await this.#ending(runs, async () => await handler(watched, context), failures);
    };
  }

  #itemOf(
    item: BatchItem<AnyContract>,
    run: HandlerRun | undefined,
    failures: Map<HandlerRun, unknown>,
  ): BatchItem<AnyContract> {
    const failed = (error: unknown) => {
      if (run !== undefined) {
        failures.set(run, error);
      }
    };
    return {
      ...item,
      fail: (error) => {
        failed(error);
        item.fail(error);
      },
      deadLetter: (reason) => {
        failed(new Error(reason));
        item.deadLetter(reason);
      },
    };
  }

  #started(
    record: { readonly messageId: string; readonly attributes: { readonly ApproximateReceiveCount: string } },
    key: string,
    signal: AbortSignal,
    beside?: ReadonlySet<string>,
  ): HandlerRun {
    const { messageId, attributes } = record;
    const invocation = this.#invocationOf({ messageId, receiveCount: Number(attributes.ApproximateReceiveCount) });
    const run = invocation && this.#watch.handlers.started(invocation, messageId, key, beside);
    if (run === undefined) {
      throw new Error("a handler was started for a record that is not in the invocation");
    }
    signal.addEventListener("abort", () => this.#watch.handlers.timedOut(run), { once: true });
    return run;
  }

  async #ending(
    runs: readonly HandlerRun[],
    handle: () => Promise<void>,
    failures: ReadonlyMap<HandlerRun, unknown> = new Map(),
  ): Promise<void> {
    this.#running += 1;
    try {
      await handle();
    } catch (error) {
      for (const run of runs) {
        this.#watch.handlers.ended(run, "threw", error);
      }
      throw error;
    } finally {
      this.#running -= 1;
    }
    for (const run of runs) {
      const failed = failures.has(run);
      this.#watch.handlers.ended(run, failed ? "threw" : "returned", failures.get(run));
    }
  }

  #logged(text: string, fields: Readonly<Record<string, unknown>>): void {
    const { messageId, attempt } = fields;
    if (typeof messageId !== "string") {
      return;
    }
    const receiveCount = typeof attempt === "number" ? attempt : undefined;
    const invocation = this.#invocationOf({ messageId, receiveCount });
    if (invocation === undefined) {
      return;
    }
    if (text === UNRECORDED) {
      invocation.unrecorded.add(messageId);
    }
    this.#watch.handlers.outcomeLogged(invocation, messageId, fields);
  }
}
