import type { Message } from "@aws-sdk/client-sqs";
import type { PollingSqsLoader } from "../aws/index.ts";
import { backoff, sleep } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import type { Semaphore } from "../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../wire/index.ts";
import type { ConsumerSettings } from "./options.ts";
import { PollQueue } from "./poll-queue.ts";
import { recordOf } from "./poll-record.ts";
import type { Processed, Processor } from "./process.ts";

/** What a {@link PollerRun} takes. */
export interface PollerRunOptions {
  readonly queueUrl: string;
  readonly maxInHand: number;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxProcessingMs: number;
  readonly stopTimeoutMs: number;
  readonly load: PollingSqsLoader;
  readonly processor: Processor;
  /** The slots in which the processor runs handlers. */
  readonly slots: Semaphore;
  readonly settings: ConsumerSettings;
}

/** Errors of a receive that do not pass by themselves. */
const FATAL = new Set([
  "QueueDoesNotExist",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAddress",
  "InvalidSecurity",
]);

/** Milliseconds between the end of handlers and the end of their claims' leases. */
const LEASE_MARGIN_MS = 5_000;

/**
 * Milliseconds that a receive is left alone when the poller stops: SQS answers at once when it has messages, and messages of
 * an answer that nobody reads stay in flight for their visibility timeout. What takes longer is an empty long poll.
 */
const RECEIVE_GRACE_MS = 1_000;

/** Pauses after failed receives, in milliseconds. */
const RECEIVE_BACKOFF = { base: 500, cap: 20_000 };

/** Milliseconds after which the circuit's state is looked at again while it is open: another worker may have closed it. */
const CIRCUIT_LOOK_MS = 5_000;

/** One run of a poller, from start to stop. */
export class PollerRun {
  readonly #options: PollerRunOptions;
  readonly #queue: PollQueue;
  readonly #stopReceiving = new AbortController();
  readonly #stopHandlers = new AbortController();
  /** Receipt handles of the messages in hand whose fate is open. */
  readonly #inHand = new Set<string>();
  readonly #batches = new Set<Promise<void>>();
  #freed: (() => void) | undefined;
  #queueArn: string | undefined;
  #sequence = 0;

  constructor(options: PollerRunOptions) {
    this.#options = options;
    const { clock, logger } = options.settings;
    this.#queue = new PollQueue({ ...options, clock, logger });
  }

  /** Receives until told to stop. Resolves when nothing is in hand any more. */
  async start(): Promise<void> {
    const { clock, logger } = this.#options.settings;
    const stopping = this.#stopReceiving.signal;
    const stopHeartbeat = this.#heartbeat();
    try {
      for (let failures = 0; !stopping.aborted; ) {
        await this.#waitForRoom();
        await this.#waitForCircuit();
        if (stopping.aborted) break;
        try {
          await this.#turn();
          failures = 0;
        } catch (error) {
          if (stopping.aborted) break;
          if (FATAL.has(describeError(error).name)) throw this.#fatal(error);
          failures += 1;
          logger.warn("receive failed", { error: describeError(error), failures });
          const pause = backoff(clock, failures, RECEIVE_BACKOFF.base, RECEIVE_BACKOFF.cap);
          await sleep(clock, pause, stopping).catch(() => undefined);
        }
      }
    } finally {
      this.stop();
      await Promise.all(this.#batches);
      await this.#queue.flush();
      stopHeartbeat();
    }
  }

  /** Receives no more. Running handlers get the stop timeout, what has not started is handed back. */
  stop(): void {
    if (this.#stopReceiving.signal.aborted) return;
    this.#stopReceiving.abort();
    this.#freed?.();
    // What waits for a slot need not wait any longer: none of it is started, each is handed back.
    for (const _handle of this.#inHand) this.#options.slots.release();
    const cancel = this.#options.settings.clock.timer(this.#options.stopTimeoutMs, () => this.#stopHandlers.abort());
    void Promise.all(this.#batches).then(cancel);
  }

  /** One receive, and the start of what it brings. */
  async #turn(): Promise<void> {
    this.#queueArn ??= await this.#queue.arn();
    const room = this.#options.maxInHand - this.#inHand.size;
    const messages = await this.#receive(room);
    if (messages.length === 0) return;
    if (!this.#stopReceiving.signal.aborted) {
      this.#process(messages, this.#queueArn);
      return;
    }
    // They came in the moment of stopping. To claim them, only to give the claims back, would be work for nothing.
    for (const { ReceiptHandle, MessageId } of messages) {
      void this.#queue.comeAgainIn(0, ReceiptHandle ?? "", MessageId ?? "");
    }
  }

  async #receive(room: number): Promise<readonly Message[]> {
    const { clock } = this.#options.settings;
    const stopping = this.#stopReceiving.signal;
    const cut = new AbortController();
    const patientUntil = clock.now() + RECEIVE_GRACE_MS;
    let cancel = () => {};
    const onStop = () => {
      cancel = clock.timer(Math.max(0, patientUntil - clock.now()), () => cut.abort());
    };
    stopping.addEventListener("abort", onStop, { once: true });
    try {
      return await this.#queue.receive(room, cut.signal);
    } finally {
      stopping.removeEventListener("abort", onStop);
      cancel();
    }
  }

  /** Waits until a receive is worth its price: a place at a time, each message would cost a call of its own. */
  async #waitForRoom(): Promise<void> {
    const { maxInHand } = this.#options;
    const worthwhile = Math.min(MAX_BATCH_ENTRIES, Math.ceil(maxInHand / 2));
    while (maxInHand - this.#inHand.size < worthwhile && !this.#stopReceiving.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
  }

  /** While the circuit is open, messages stay in the queue: to receive them only to hand them back would use up receives. */
  async #waitForCircuit(): Promise<void> {
    const { breaker, clock } = this.#options.settings;
    const stopping = this.#stopReceiving.signal;
    for (let open = await breaker?.paused(); open !== undefined && !stopping.aborted; open = await breaker?.paused()) {
      const wait = Math.min(open.until - clock.now(), CIRCUIT_LOOK_MS);
      await sleep(clock, Math.max(1, wait), stopping).catch(() => undefined);
    }
  }

  #process(messages: readonly Message[], queueArn: string): void {
    const { settings, maxProcessingMs, processor } = this.#options;
    const records = messages.map((message) => recordOf(message, queueArn));
    for (const record of records) this.#inHand.add(record.receiptHandle);
    const stopping = this.#stopReceiving.signal;
    const until = settings.clock.now() + maxProcessingMs;
    this.#sequence += 1;
    const batch = processor(
      records,
      {
        id: `poll-${Math.floor(settings.clock.random() * 2 ** 32).toString(36)}-${this.#sequence}`,
        functionName: settings.consumer,
        // Once told to stop, no handler is started any more.
        get deadline() {
          return stopping.aborted ? 0 : until;
        },
        endsAt: until + LEASE_MARGIN_MS,
        signal: this.#stopHandlers.signal,
      },
      (processed) => this.#settle(processed),
    ).then(
      () => {
        this.#batches.delete(batch);
      },
      (error: unknown) => {
        // The processor does not throw; if it did, the messages would come again after their visibility timeout.
        settings.logger.error("processing failed", { error: describeError(error) });
        for (const record of records) this.#release(record.receiptHandle);
        this.#batches.delete(batch);
      },
    );
    this.#batches.add(batch);
  }

  /** A record's fate takes effect at once, whatever the others of its receive are still doing. */
  #settle({ record, fate }: Processed): void {
    this.#release(record.receiptHandle);
    if (fate.kind !== "retry") void this.#queue.delete(record.receiptHandle, record.messageId);
    else if (fate.afterSeconds !== undefined) {
      void this.#queue.comeAgainIn(fate.afterSeconds, record.receiptHandle, record.messageId);
    }
  }

  #release(receiptHandle: string): void {
    this.#inHand.delete(receiptHandle);
    this.#freed?.();
  }

  /** Renews the visibility of what is in hand, three times in each timeout. */
  #heartbeat(): () => void {
    const { clock } = this.#options.settings;
    const period = (this.#options.visibilityTimeoutSeconds * 1_000) / 3;
    let cancel = () => {};
    const beat = () => {
      cancel = clock.timer(period, beat);
      // What got its fate meanwhile must not be hidden again: it may just have been made visible.
      void this.#queue.renew([...this.#inHand], (handle) => this.#inHand.has(handle));
    };
    cancel = clock.timer(period, beat);
    return () => cancel();
  }

  #fatal(error: unknown): FanfareError {
    const { name, message } = describeError(error);
    this.#options.settings.logger.error("poller stopped", {
      queueUrl: this.#options.queueUrl,
      error: { name, message },
    });
    return new FanfareError(
      "ConfigurationInvalid",
      `the queue ${this.#options.queueUrl} cannot be read: ${name}: ${message}`,
      {
        field: "queueUrl",
        remedy:
          "check URL, region and the permissions sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility, GetQueueAttributes",
        cause: error,
      },
    );
  }
}
