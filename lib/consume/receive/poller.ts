import type { Message } from "@aws-sdk/client-sqs";
import type { PollingSqsLoader } from "../../aws/index.ts";
import { backoff, sleep } from "../../clock/index.ts";
import { describeError, FanfareError } from "../../errors/index.ts";
import { type Semaphore, sqsRecordOf } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import { Delivery, type Invocation } from "../record/index.ts";
import type { Processor, ProcessorSettings } from "../schedule/index.ts";
import { PolledMessages } from "../settle/index.ts";
import { QueueReader } from "./queue-reader.ts";

/** What a {@link PollerRun} takes. */
export interface PollerRunOptions {
  readonly queueUrl: string;
  readonly maxInFlight: number;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxProcessingMs: number;
  readonly stopTimeoutMs: number;
  readonly load: PollingSqsLoader;
  readonly processor: Processor;
  /** The slots in which the processor runs handlers. */
  readonly slots: Semaphore;
  readonly settings: ProcessorSettings;
}

/** Errors of a receive that do not pass by themselves. */
const FATAL = new Set([
  "QueueDoesNotExist",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAddress",
  "InvalidSecurity",
]);

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
  readonly #stopReceiving = new AbortController();
  readonly #stopHandlers = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  #onRoom = () => {};
  #sequence = 0;

  constructor(options: PollerRunOptions) {
    this.#options = options;
    const { clock, logger } = options.settings;
    this.#reader = new QueueReader({ ...options, clock });
    this.#messages = new PolledMessages({ ...options, clock, logger, onSettled: () => this.#onRoom() });
  }

  /** Receives until told to stop. Resolves when nothing is in flight any more. */
  async start(): Promise<void> {
    const stopping = this.#stopReceiving.signal;
    this.#messages.startHeartbeat();
    try {
      for (let failures = 0; !stopping.aborted; ) {
        await this.#waitForRoom();
        await this.#waitForCircuit();
        if (stopping.aborted) {
          break;
        }
        try {
          await this.#receive();
          failures = 0;
        } catch (error) {
          failures += 1;
          await this.#pauseAfter(error, failures);
        }
      }
    } finally {
      this.stop();
      await Promise.all(this.#batches);
      await this.#messages.flush();
      this.#messages.stopHeartbeat();
    }
  }

  /** Receives no more. Running handlers have the stop timeout; what has not started is made visible again. */
  stop(): void {
    if (this.#stopReceiving.signal.aborted) {
      return;
    }
    this.#stopReceiving.abort();
    this.#onRoom();
    // What waits for a slot need not wait any longer: none of it is started.
    this.#options.slots.open();
    const { stopTimeoutMs, settings } = this.#options;
    const cancel = settings.clock.timer(stopTimeoutMs, () => this.#stopHandlers.abort());
    void Promise.all(this.#batches).then(cancel);
  }

  /** One receive, and the start of what it brings. */
  async #receive(): Promise<void> {
    const queueArn = await this.#reader.arn();
    const stopping = this.#stopReceiving.signal;
    const messages = await this.#reader.receive(this.#options.maxInFlight - this.#messages.size, stopping);
    if (messages.length === 0) {
      return;
    }
    if (!stopping.aborted) {
      this.#process(messages, queueArn);
      return;
    }
    // They arrived while the poller was stopping. To claim them, only to release the claims, would be work for nothing.
    for (const message of messages) {
      void this.#messages.redeliver(new Delivery(sqsRecordOf(message, queueArn)), 0);
    }
  }

  #process(messages: readonly Message[], queueArn: string): void {
    const { settings, processor } = this.#options;
    const records = messages.map((message) => sqsRecordOf(message, queueArn));
    for (const record of records) {
      this.#messages.received(record.receiptHandle);
    }
    const batch = processor(records, this.#invocation(), this.#messages)
      .then(
        () => {},
        (error: unknown) => {
          // The processor does not throw. If it did, the messages would be redelivered after their visibility timeout.
          settings.logger.error("processing failed", { error: describeError(error) });
          for (const record of records) {
            this.#messages.forget(record.receiptHandle);
          }
        },
      )
      .finally(() => this.#batches.delete(batch));
    this.#batches.add(batch);
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
      stopping: this.#stopReceiving.signal,
      endsAt: until + LEASE_MARGIN_MS,
      signal: this.#stopHandlers.signal,
    };
  }

  /** Waits until a receive is worth its price: with one per vacated place, each message would cost a call. */
  async #waitForRoom(): Promise<void> {
    const { maxInFlight } = this.#options;
    const worthwhile = Math.min(MAX_BATCH_ENTRIES, Math.ceil(maxInFlight / 2));
    while (maxInFlight - this.#messages.size < worthwhile && !this.#stopReceiving.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  /** While the circuit is open, messages stay in the queue: to receive them only to hand them back would use up receives. */
  async #waitForCircuit(): Promise<void> {
    const { breaker, clock } = this.#options.settings;
    const stopping = this.#stopReceiving.signal;
    for (let pause = await breaker?.paused(); pause && !stopping.aborted; pause = await breaker?.paused()) {
      const ms = Math.min(pause.until - clock.now(), CIRCUIT_REFRESH_MS);
      await sleep(clock, Math.max(1, ms), stopping).catch(() => undefined);
    }
  }

  /** Waits after a failed receive. @throws FanfareError `ConfigurationInvalid` for an error that does not pass by itself */
  async #pauseAfter(error: unknown, failures: number): Promise<void> {
    const { clock, logger } = this.#options.settings;
    const stopping = this.#stopReceiving.signal;
    if (stopping.aborted) {
      return;
    }
    if (FATAL.has(describeError(error).name)) {
      throw this.#fatal(error);
    }
    logger.warn("receive failed", { error: describeError(error), failures });
    const pause = backoff(clock, failures, RECEIVE_PAUSE.base, RECEIVE_PAUSE.cap);
    await sleep(clock, pause, stopping).catch(() => undefined);
  }

  #fatal(error: unknown): FanfareError {
    const { queueUrl, settings } = this.#options;
    const { name, message } = describeError(error);
    settings.logger.error("poller stopped", { queueUrl, error: { name, message } });
    return new FanfareError("ConfigurationInvalid", `the queue ${queueUrl} cannot be read: ${name}: ${message}`, {
      field: "queueUrl",
      remedy:
        "check URL, Region and the permissions sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility, GetQueueAttributes",
      cause: error,
    });
  }
}
