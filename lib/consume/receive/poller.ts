import type { Message } from "@aws-sdk/client-sqs";
import type { PollingSqsLoader } from "../../aws/index.ts";
import { backoff, sleep } from "../../clock/index.ts";
import { type Semaphore, sqsRecordOf } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { Delivery, errorFields, type Invocation, type SqsRecord } from "../record/index.ts";
import type { Processor, ProcessorSettings } from "../schedule/index.ts";
import { PolledMessages } from "../settle/index.ts";
import type { PollerHealth } from "./health.ts";
import { QueueReader } from "./queue-reader.ts";
import { type FatalErrors, fatal, ReceiveFailures } from "./receive-failures.ts";
import { Stopping } from "./stopping.ts";

/** What a {@link PollerRun} takes. */
export interface PollerRunOptions {
  readonly queueUrl: string;
  readonly maxInFlight: number;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxProcessingMs: number;
  readonly stopTimeoutMs: number;
  readonly fatalErrors: FatalErrors;
  readonly load: PollingSqsLoader;
  readonly processor: Processor;
  /** The slots in which the processor runs handlers. */
  readonly slots: Semaphore;
  readonly settings: ProcessorSettings;
}

/** Milliseconds between the deadline of handlers and the end of their claims' leases. */
const LEASE_MARGIN_MS = 5_000;

/** Pauses after failed receives, in milliseconds. */
const RECEIVE_PAUSE = { base: 500, cap: 20_000 };

/** Milliseconds after which the circuit's state is read again while it is open: another worker may have closed it. */
const CIRCUIT_REFRESH_MS = 5_000;

/** One run of a poller, from start to stop. */
export class PollerRun {
  readonly #options: PollerRunOptions;
  readonly #reader: QueueReader;
  readonly #messages: PolledMessages;
  readonly #stopping: Stopping;
  readonly #batches = new Set<Promise<void>>();
  readonly #failures: ReceiveFailures;
  #lastReceive: number | undefined;
  #state: PollerHealth["state"] = "running";
  #onRoom = () => {};
  #sequence = 0;

  constructor(options: PollerRunOptions) {
    this.#options = options;
    const { clock, logger } = options.settings;
    this.#stopping = new Stopping(clock, options.stopTimeoutMs);
    this.#reader = new QueueReader({ ...options, clock });
    this.#messages = new PolledMessages({
      ...options,
      load: options.settings.loadSqs,
      clock,
      logger,
      closing: this.#stopping.calls,
      onSettled: () => this.#onRoom(),
    });
    this.#failures = new ReceiveFailures(options.fatalErrors);
  }

  /** Receives until told to stop. Resolves when nothing is in flight any more, and at the latest when the stop timeout is over. */
  async start(): Promise<void> {
    try {
      await Promise.race([this.#run(), this.#stopping.timedOut().then(() => this.#leaveBehind())]);
    } finally {
      this.#state = "stopped";
      this.#stopping.done();
      this.#messages.held.stopHeartbeat();
    }
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.receiving;
    this.#messages.held.startHeartbeat();
    try {
      while (!stopping.aborted) {
        await this.#waitForRoom();
        await this.#waitForCircuit();
        if (stopping.aborted) {
          break;
        }
        try {
          await this.#receive();
        } catch (error) {
          await this.#pauseAfter(error);
        }
      }
    } finally {
      this.stop();
      await Promise.all(this.#batches);
      await this.#messages.flush();
    }
  }

  #leaveBehind(): void {
    const { queueUrl, settings } = this.#options;
    const inFlight = this.#messages.held.size;
    // They are redelivered after their visibility timeout.
    settings.logger.error("poller stopped with messages in flight", { queueUrl, inFlight });
  }

  /** Receives no more. Running handlers have the stop timeout; what has not started is made visible again. */
  stop(): void {
    if (this.#stopping.receiving.aborted) {
      return;
    }
    this.#state = "stopping";
    this.#stopping.begin();
    this.#onRoom();
    // What waits for a slot need not wait any longer: none of it is started.
    this.#options.slots.open();
  }

  /** For liveness and readiness probes. */
  health(): PollerHealth {
    const { settings } = this.#options;
    const { breaker } = settings;
    return {
      state: this.#state,
      lastReceive: this.#lastReceive === undefined ? undefined : new Date(this.#lastReceive),
      failedReceives: this.#failures.count,
      inFlight: this.#messages.held.size,
      circuit: breaker && (breaker.openNow() === undefined ? "closed" : "open"),
    };
  }

  /** One receive, and the start of what it brings. */
  async #receive(): Promise<void> {
    const stopping = this.#stopping.receiving;
    const queueArn = await this.#reader.arn(stopping);
    const messages = await this.#reader.receive(this.#options.maxInFlight - this.#messages.held.size, stopping);
    this.#lastReceive = this.#options.settings.clock.now();
    this.#failures.succeeded();
    if (messages.length === 0) {
      return;
    }
    if (!stopping.aborted) {
      this.#process(messages, queueArn);
      return;
    }
    // They arrived while the poller was stopping. To claim them, only to release the claims, would be work for nothing.
    for (const record of this.#take(messages.map((message) => sqsRecordOf(message, queueArn)))) {
      void this.#messages.redeliver(new Delivery(record), 0);
    }
  }

  #process(messages: readonly Message[], queueArn: string): void {
    const { settings, processor } = this.#options;
    const records = this.#take(messages.map((message) => sqsRecordOf(message, queueArn)));
    if (records.length === 0) {
      return;
    }
    const batch = processor(records, this.#invocation(), this.#messages)
      .then(
        () => {},
        (error: unknown) => {
          // The processor does not throw. If it did, the messages would be redelivered after their visibility timeout.
          settings.logger.error("processing failed", { error: errorFields(error) });
          for (const record of records) {
            this.#messages.forget(record);
          }
        },
      )
      .finally(() => this.#batches.delete(batch));
    this.#batches.add(batch);
  }

  /** Takes records in hand. Those that are in hand already are left out, and what follows them in their FIFO group waits for them. */
  #take(records: readonly SqsRecord[]): readonly SqsRecord[] {
    const waiting = new Set<string>();
    return records.filter((record) => {
      const delivery = new Delivery(record);
      if (!this.#messages.held.take(record)) {
        waiting.add(delivery.group);
        this.#options.settings.logger.warn("received again while its handler runs", { messageId: record.messageId });
        return false;
      }
      if (delivery.fifo && waiting.has(delivery.group)) {
        void this.#messages.redeliver(delivery, 0);
        return false;
      }
      return true;
    });
  }

  #invocation(): Invocation {
    const { settings, maxProcessingMs } = this.#options;
    const { clock, consumer } = settings;
    const until = clock.now() + maxProcessingMs;
    this.#sequence += 1;
    return {
      id: `poll-${Math.floor(clock.random() * 2 ** 32).toString(36)}-${this.#sequence}`,
      functionName: consumer,
      deadline: until,
      stopping: this.#stopping.receiving,
      endsAt: until + LEASE_MARGIN_MS,
      signal: this.#stopping.handlers,
      hold: this.#messages.held,
    };
  }

  /** Waits until a receive is worth its price: with one per vacated place, each message would cost a call. */
  async #waitForRoom(): Promise<void> {
    const { maxInFlight } = this.#options;
    const worthwhile = Math.min(MAX_BATCH_ENTRIES, Math.ceil(maxInFlight / 2));
    while (maxInFlight - this.#messages.held.size < worthwhile && !this.#stopping.receiving.aborted) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  /** While the circuit is open, messages stay in the queue: to receive them only to hand them back would use up receives. */
  async #waitForCircuit(): Promise<void> {
    const { breaker, clock } = this.#options.settings;
    const stopping = this.#stopping.receiving;
    for (let pause = await breaker?.paused(); pause && !stopping.aborted; pause = await breaker?.paused()) {
      const ms = Math.min(pause.until - clock.now(), CIRCUIT_REFRESH_MS);
      await sleep(clock, Math.max(1, ms), stopping).catch(() => undefined);
    }
  }

  /** Waits after a failed receive. @throws FanfareError `ConfigurationInvalid` for an error that does not pass by itself */
  async #pauseAfter(error: unknown): Promise<void> {
    const { queueUrl, settings } = this.#options;
    const { clock, logger } = settings;
    const stopping = this.#stopping.receiving;
    if (stopping.aborted) {
      return;
    }
    if (this.#failures.failed(error, clock.now())) {
      logger.error("poller stopped", { queueUrl, error: errorFields(error) });
      throw fatal(error, queueUrl);
    }
    const failures = this.#failures.count;
    logger.warn("receive failed", { error: errorFields(error), failures });
    const pause = backoff(clock, failures, RECEIVE_PAUSE.base, RECEIVE_PAUSE.cap);
    await sleep(clock, pause, stopping).catch(() => undefined);
  }
}
