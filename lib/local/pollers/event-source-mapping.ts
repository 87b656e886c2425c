import { setTimeout as delay } from "node:timers/promises";
import { Semaphore, type SqsRecord } from "../../std/index.ts";
import { describeError } from "../common/index.ts";
import type { Invocation } from "../lambda/index.ts";
import type { MappingConfiguration } from "./configuration.ts";
import { compileFilters, type RecordFilter } from "./filter.ts";
import { gather } from "./gather.ts";
import { GroupLocks, groupOf } from "./groups.ts";
import { MAX_EVENT_BYTES } from "./limits.ts";
import type { FailedEntry, QueueClient } from "./queue-client.ts";
import { readBatchResponse } from "./response.ts";
import { splitBySize } from "./split.ts";
import {
  type Happening,
  type Mapping,
  type MappingEvent,
  type MappingStats,
  type MutableMappingStats,
  newStats,
  type SourceDepth,
} from "./stats.ts";

/** Pause after a failed receive, and the maximum up to which it doubles. Milliseconds. */
const RECEIVE_RETRY_MS = [100, 5_000] as const;

/** What a mapping needs to run. */
export interface MappingOptions {
  readonly configuration: MappingConfiguration;
  readonly queue: QueueClient;
  /** Runs the function with records, or with the same as the JSON of an event. Its rejection counts as a failed batch. */
  readonly invoke: (records: readonly SqsRecord[], json: string) => Promise<Invocation>;
  /** Batches at a time: the mapping's maximum concurrency, or what the function can run. */
  readonly concurrency: number;
  readonly onEvent?: ((event: MappingEvent) => void) | undefined;
}

/**
 * One event source mapping: polls a queue, invokes a function with batches and deletes what succeeded. What failed
 * stays in the queue and is redelivered when its visibility ends, as with Lambda.
 */
export class EventSourceMapping implements Mapping {
  readonly configuration: MappingConfiguration;
  readonly #options: MappingOptions;
  readonly #filter: RecordFilter;
  readonly #fifo: boolean;
  readonly #groups = new GroupLocks();
  readonly #slots: Semaphore;
  readonly #stopping = new AbortController();
  readonly #work = new Set<Promise<void>>();
  readonly #stats: MutableMappingStats;
  #loop: Promise<void> | undefined;

  /** @throws LocalError `MappingInvalid` for a filter pattern that Lambda would refuse. */
  constructor(options: MappingOptions) {
    const { configuration } = options;
    this.configuration = configuration;
    this.#options = options;
    this.#filter = compileFilters(configuration.filters);
    this.#fifo = configuration.queueArn.endsWith(".fifo");
    this.#slots = new Semaphore(Math.max(1, options.concurrency));
    this.#stats = newStats(configuration.functionName, configuration.queueArn);
  }

  get stats(): MappingStats {
    return { ...this.#stats };
  }

  /** Starts polling, unless the mapping is disabled. */
  async start(): Promise<void> {
    if (this.configuration.enabled) {
      this.#loop ??= this.#poll();
    }
  }

  /** Stops polling, finishes the batches that the function has received, and makes the others visible again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#work);
  }

  depth(): Promise<SourceDepth> {
    return this.#options.queue.depth();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    const { queue } = this.#options;
    let pause: number = RECEIVE_RETRY_MS[0];
    while (!signal.aborted) {
      await this.#slots.acquire();
      let batch: SqsRecord[] = [];
      try {
        batch = signal.aborted
          ? []
          : await gather(queue, this.configuration, (records) => this.#accept(records), signal);
        pause = RECEIVE_RETRY_MS[0];
      } catch (error) {
        if (!signal.aborted) {
          this.#problem(`cannot receive: ${describeError(error)}`);
          await delay(pause, undefined, { signal }).catch(() => {});
          pause = Math.min(pause * 2, RECEIVE_RETRY_MS[1]);
        }
      }
      if (batch.length === 0) {
        this.#slots.release();
      } else {
        this.#dispatch(batch);
      }
    }
  }

  /** Counts what was received and deletes what no filter matches. */
  async #accept(records: readonly SqsRecord[]): Promise<readonly SqsRecord[]> {
    this.#stats.received += records.length;
    this.#stats.inFlight += records.length;
    const matching = records.filter((record) => this.#filter(record));
    const others = records.filter((record) => !matching.includes(record));
    if (others.length > 0) {
      await this.#settle(others, () => this.#options.queue.delete(others), "delete");
      this.#stats.filtered += others.length;
      this.#tell({ type: "filtered", messages: others.length, filters: this.configuration.filters });
    }
    return matching;
  }

  #dispatch(batch: readonly SqsRecord[]): void {
    const run = this.#fifo
      ? this.#groups.run(new Set(batch.map(groupOf)), () => this.#process(batch))
      : this.#process(batch);
    const work = run.finally(() => {
      this.#work.delete(work);
      this.#slots.release();
    });
    this.#work.add(work);
  }

  /** Never rejects. */
  async #process(batch: readonly SqsRecord[]): Promise<void> {
    const blocked = new Set<string>();
    for (const { entries: part, json } of splitBySize(batch, MAX_EVENT_BYTES, (record) => record)) {
      // After a failure in a group the rest of that group must not be handled before it.
      const skipped = this.#fifo ? part.filter((record) => blocked.has(groupOf(record))) : [];
      const records = part.filter((record) => !skipped.includes(record));
      this.#stats.inFlight -= skipped.length;
      if (this.#stopping.signal.aborted) {
        await this.#settle(records, () => this.#options.queue.release(records), "release");
      } else if (records.length > 0) {
        const event = skipped.length === 0 ? json : JSON.stringify({ Records: records });
        for (const failed of await this.#invoke(records, event)) {
          blocked.add(groupOf(failed));
        }
      }
    }
  }

  /** Runs one event and deletes what succeeded. Returns the records that failed. */
  async #invoke(records: readonly SqsRecord[], json: string): Promise<readonly SqsRecord[]> {
    this.#stats.batches += 1;
    this.#stats.invoked += records.length;
    const started = performance.now();
    const { failed, error, requestId } = await this.#run(records, json);
    const failures = records.filter(({ messageId }) => failed.has(messageId));
    const done = records.filter(({ messageId }) => !failed.has(messageId));
    await this.#settle(done, () => this.#options.queue.delete(done), "delete");
    this.#stats.succeeded += done.length;
    this.#stats.failed += failures.length;
    this.#stats.inFlight -= failures.length;
    this.#tell({
      type: "batch",
      requestId,
      messages: records.length,
      failed: failures.length,
      durationMs: performance.now() - started,
      error,
    });
    return failures;
  }

  async #run(
    records: readonly SqsRecord[],
    json: string,
  ): Promise<{ failed: ReadonlySet<string>; error: string | undefined; requestId: string }> {
    const all = new Set(records.map(({ messageId }) => messageId));
    try {
      const invocation = await this.#options.invoke(records, json);
      const { requestId } = invocation;
      if (invocation.status === "failed") {
        const { errorType, errorMessage } = invocation.error;
        return { failed: all, error: `${errorType}: ${errorMessage}`, requestId };
      }
      if (!this.configuration.reportBatchItemFailures) {
        return { failed: new Set(), error: undefined, requestId };
      }
      const result = readBatchResponse(invocation.response, all);
      return result.kind === "failed"
        ? { failed: all, error: result.reason, requestId }
        : { failed: result.failed, error: undefined, requestId };
    } catch (error) {
      return { failed: all, error: describeError(error), requestId: "" };
    }
  }

  /** Deletes or releases. What the queue refuses is reported, and redelivered when its visibility ends. */
  async #settle(
    records: readonly SqsRecord[],
    call: () => Promise<readonly FailedEntry[]>,
    verb: "delete" | "release",
  ): Promise<void> {
    try {
      for (const { messageId, reason } of records.length === 0 ? [] : await call()) {
        this.#problem(`cannot ${verb} message ${messageId}: ${reason}`);
      }
    } catch (error) {
      this.#problem(`cannot ${verb} ${records.length} messages: ${describeError(error)}`);
    }
    this.#stats.inFlight -= records.length;
  }

  #problem(message: string): void {
    this.#tell({ type: "problem", message });
  }

  #tell(happening: Happening): void {
    const { functionName, queueArn: sourceArn } = this.configuration;
    this.#options.onEvent?.({ functionName, sourceArn, ...happening });
  }
}
