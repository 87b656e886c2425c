import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../../std/index.ts";
import { describeError } from "../common/index.ts";
import {
  type Happening,
  MAX_EVENT_BYTES,
  type Mapping,
  type MappingEvent,
  type MappingStats,
  type MutableMappingStats,
  newStats,
  type SourceDepth,
  splitBySize,
} from "../pollers/index.ts";
import { attempt, type InvokeWithRecords } from "./attempt.ts";
import type { StreamMappingConfiguration } from "./configuration.ts";
import type { DiscardedBatch } from "./discarded.ts";
import { Lane } from "./lane.ts";
import { MAX_STREAM_BATCH_SIZE, POLL_MS, READ_LIMIT, RETRY_MS } from "./limits.ts";
import { Progress } from "./progress.ts";
import type { ReadRecord } from "./record.ts";
import { compileStreamFilters, laneOf } from "./routing.ts";
import type { StreamPosition, StreamReader } from "./stream-reader.ts";

/** In place of an invocation with no records. */
const NOTHING = { finished: 0, requestId: "", functionError: undefined } as const;

/** What a mapping needs to run. */
export interface StreamMappingOptions {
  readonly configuration: StreamMappingConfiguration;
  readonly reader: StreamReader;
  readonly invoke: InvokeWithRecords;
  /** Where an earlier mapping of the same id ended. */
  readonly position: () => StreamPosition | undefined;
  readonly savePosition: (position: StreamPosition) => void;
  /** Tells the destination of a batch that is given up. */
  readonly discard: (batch: DiscardedBatch) => Promise<void>;
  /** Milliseconds since the epoch, by the clock of the services. */
  readonly now: () => number;
  readonly onEvent?: ((event: MappingEvent) => void) | undefined;
}

/**
 * An event source mapping of a DynamoDB stream: reads it in order, invokes a function with batches, and repeats a batch that fails until
 * it succeeds, gets too old or has been tried often enough. Meanwhile later records of the same lane wait, as with Lambda.
 */
export class StreamMapping implements Mapping {
  readonly configuration: StreamMappingConfiguration;
  readonly #options: StreamMappingOptions;
  readonly #matches: (record: JsonObject) => boolean;
  readonly #progress = new Progress();
  readonly #lanes: readonly Lane[];
  readonly #stopping = new AbortController();
  readonly #stats: MutableMappingStats;
  #work: Promise<unknown> | undefined;

  /** @throws LocalError `MappingInvalid` for a filter pattern that Lambda would refuse. */
  constructor(options: StreamMappingOptions) {
    const { configuration } = options;
    this.configuration = configuration;
    this.#options = options;
    this.#matches = compileStreamFilters(configuration.filters);
    this.#lanes = Array.from({ length: configuration.parallelizationFactor }, () => new Lane());
    this.#stats = newStats(configuration.functionName, configuration.streamArn);
  }

  get stats(): MappingStats {
    return { ...this.#stats };
  }

  /** Starts reading, unless the mapping is disabled. What is written after this has resolved is read, with `LATEST` too. */
  async start(): Promise<void> {
    const { configuration, reader, position } = this.#options;
    if (!configuration.enabled || this.#work !== undefined) {
      return;
    }
    const { startingPosition } = configuration;
    const partitionKey = await reader.open(position() ?? (startingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON"));
    this.#work = Promise.all([this.#read(partitionKey), ...this.#lanes.map((lane) => this.#serve(lane))]);
  }

  /** Stops reading. Batches in the function finish; the others are read again by the next mapping of the same id. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  async depth(): Promise<SourceDepth> {
    const isBehind = this.#work !== undefined && (await this.#options.reader.hasMore());
    const { inFlight } = this.#stats;
    return { sourceArn: this.configuration.streamArn, visible: isBehind ? 1 : 0, inFlight, delayed: 0 };
  }

  async #read(partitionKey: string): Promise<void> {
    const { signal } = this.#stopping;
    const { reader } = this.#options;
    while (!signal.aborted) {
      let records: readonly ReadRecord[] = [];
      try {
        records = this.#progress.open < MAX_STREAM_BATCH_SIZE ? await reader.read(READ_LIMIT) : [];
      } catch (error) {
        this.#tell({ type: "problem", message: `cannot read: ${describeError(error)}` });
      }
      if (records.length > 0) {
        this.#accept(records, partitionKey);
      } else {
        await this.#pause(POLL_MS);
      }
    }
  }

  /** Counts what was read, and gives what the filters match to the lanes. */
  #accept(records: readonly ReadRecord[], partitionKey: string): void {
    const matching = records.filter(({ record }) => this.#matches(record));
    const others = records.length - matching.length;
    this.#progress.read(this.#options.reader.shardId, records, matching);
    this.#stats.received += records.length;
    this.#stats.inFlight += matching.length;
    if (others > 0) {
      this.#stats.filtered += others;
      this.#tell({ type: "filtered", messages: others, filters: this.configuration.filters });
    }
    for (const record of matching) {
      this.#lanes[laneOf(record, partitionKey, this.#lanes.length)]?.push(record);
    }
    this.#save();
  }

  async #serve(lane: Lane): Promise<void> {
    const { signal } = this.#stopping;
    const { batchSize, windowSeconds } = this.configuration;
    while (!signal.aborted) {
      const batch = await lane.take(batchSize, windowSeconds * 1_000, signal);
      for (const { entries } of splitBySize(batch, MAX_EVENT_BYTES, ({ record }) => record)) {
        await this.#deliver(entries, 0);
      }
    }
  }

  /** Repeats a batch until all of it is finished. `counted` is the number of invocations with all of its records before. */
  async #deliver(batch: readonly ReadRecord[], counted: number): Promise<void> {
    const { bisectsBatches, maximumRetryAttempts: retries } = this.configuration;
    let open = batch;
    let invocations = counted;
    while (!this.#stopping.signal.aborted) {
      open = await this.#discardOld(open, invocations);
      const { finished, requestId, functionError } = open.length === 0 ? NOTHING : await this.#attempt(open);
      open = open.slice(finished);
      if (open.length === 0) {
        return;
      }
      // Going on behind what is finished, and a split, use up no retry.
      if (bisectsBatches && finished === 0 && open.length > 1) {
        const middle = Math.ceil(open.length / 2);
        await this.#deliver(open.slice(0, middle), invocations);
        await this.#deliver(open.slice(middle), invocations);
        return;
      }
      if (!bisectsBatches || finished === 0) {
        invocations += 1;
      }
      if (retries >= 0 && invocations > retries) {
        await this.#discard("RetryAttemptsExhausted", open, { invocations, requestId, functionError });
        return;
      }
      await this.#pause(Math.min(RETRY_MS[0] * 2 ** Math.min(invocations, 10), RETRY_MS[1]));
    }
  }

  async #attempt(records: readonly ReadRecord[]) {
    const started = performance.now();
    this.#stats.batches += 1;
    this.#stats.invoked += records.length;
    const result = await attempt(this.#options.invoke, records, this.configuration.reportBatchItemFailures);
    const { finished, requestId, error } = result;
    this.#finish(records.slice(0, finished));
    this.#stats.succeeded += finished;
    this.#stats.failed += records.length - finished;
    this.#tell({
      type: "batch",
      requestId,
      messages: records.length,
      failed: records.length - finished,
      durationMs: performance.now() - started,
      error,
    });
    return result;
  }

  /** Takes out what has become too old; age counts from when the record was written. */
  async #discardOld(records: readonly ReadRecord[], invocations: number): Promise<readonly ReadRecord[]> {
    const { maximumRecordAgeSeconds: age } = this.configuration;
    const oldest = age < 0 ? Number.NEGATIVE_INFINITY : this.#options.now() - age * 1_000;
    const old = records.filter(({ createdAt }) => createdAt < oldest);
    if (old.length > 0) {
      const functionError = invocations === 0 ? undefined : "Unhandled";
      await this.#discard("RecordAgeExceeded", old, { invocations, requestId: "", functionError });
    }
    return records.filter(({ createdAt }) => createdAt >= oldest);
  }

  async #discard(
    condition: DiscardedBatch["condition"],
    records: readonly ReadRecord[],
    last: Pick<DiscardedBatch, "invocations" | "requestId" | "functionError">,
  ): Promise<void> {
    this.#tell({ type: "problem", message: `${records.length} records are discarded: ${condition}` });
    try {
      await this.#options.discard({ condition, records, shardId: this.#options.reader.shardId, ...last });
    } catch (error) {
      this.#tell({ type: "problem", message: `the destination did not get them: ${describeError(error)}` });
    }
    this.#finish(records);
  }

  #finish(records: readonly ReadRecord[]): void {
    this.#progress.finish(records);
    this.#stats.inFlight -= records.length;
    this.#save();
  }

  #save(): void {
    const { position } = this.#progress;
    if (position !== undefined) {
      this.#options.savePosition(position);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #tell(happening: Happening): void {
    const { functionName, streamArn: sourceArn } = this.configuration;
    this.#options.onEvent?.({ functionName, sourceArn, ...happening });
  }
}
