import {
  type AnyContract,
  type ContractEvent,
  type EventName,
  type PayloadInput,
  validatePayload,
} from "../contract/index.ts";
import { FanfareError, isFanfareError } from "../errors/index.ts";
import {
  composeMessage,
  MAX_DELAY_SECONDS,
  type MessageOptions,
  messageBytes,
  type WireMessage,
} from "../wire/index.ts";
import { type PublisherOptions, type PublisherSettings, resolvePublisherOptions } from "./options.ts";
import { Outbox, SendFailedError } from "./outbox.ts";
import { prepareMessage } from "./prepare-message.ts";
import { PublishError } from "./publish-error.ts";

/** What may be said of one event besides its data. */
export interface PublishOptions extends MessageOptions {
  /** Seconds that a standard queue holds the message back, 0 to 900. Not for topics and FIFO queues. */
  readonly delaySeconds?: number;
  /** Gives the event up while it has not been sent. What is under way settles as AWS answers. */
  readonly signal?: AbortSignal;
}

/** What was published. */
export interface Published {
  /** The CloudEvents id. */
  readonly id: string;
  /** The message id that SNS or SQS gave. */
  readonly messageId: string;
  /** FIFO only. */
  readonly sequenceNumber: string | undefined;
}

/** Publishes the events of a contract. Made by {@link createPublisher}. */
export interface Publisher<C extends AnyContract> {
  /**
   * Publishes one event. Calls made together are sent together, up to 10 a call; each has its own promise.
   *
   * @throws PublishError with the event in `entry`. By `code`: `SchemaMismatch`, `MessageInvalid`, `AttributeInvalid`,
   *   `TooManyAttributes`, `MessageTooLong` (nothing was sent), `PayloadUnavailable`, `PublishFailed` (AWS refused it, or all
   *   tries failed), `PublisherOverloaded`, `PublisherClosed`
   */
  <Name extends EventName<C>>(name: Name, data: PayloadInput<C, Name>, options?: PublishOptions): Promise<Published>;
  /** Sends without waiting for more, and resolves when every event has been taken or given up. Call it before a Lambda returns. */
  flush(): Promise<void>;
  /** Flushes and takes no more. */
  close(): Promise<void>;
}

/**
 * Makes the typed publisher of a contract, to a topic or a queue.
 *
 * @throws FanfareError `ConfigurationInvalid` when target or options are missing or wrong
 */
export function createPublisher<C extends AnyContract>(contract: C, options: PublisherOptions = {}): Publisher<C> {
  const publisher = new PublisherState(contract, resolvePublisherOptions(contract, options));
  const publish = <Name extends EventName<C>>(
    name: Name,
    data: PayloadInput<C, Name>,
    publishOptions: PublishOptions = {},
  ) => publisher.publish(name, data, publishOptions);
  return Object.assign(publish, { flush: () => publisher.flush(), close: () => publisher.close() });
}

class PublisherState {
  readonly #contract: AnyContract;
  readonly #settings: PublisherSettings;
  readonly #outbox: Outbox;
  /** Calls that have not been handed to the outbox yet: flush waits for them too. */
  readonly #composing = new Set<Promise<unknown>>();
  /** On an ordered target events are validated one after another, or a slow schema would let the next one overtake. */
  #turn: Promise<unknown> = Promise.resolve();
  #bufferedBytes = 0;
  #closed = false;

  constructor(contract: AnyContract, settings: PublisherSettings) {
    this.#contract = contract;
    this.#settings = settings;
    this.#outbox = new Outbox({
      transport: settings.transport,
      clock: settings.clock,
      maxBatchBytes: settings.transport.batchBytes(settings.maxMessageBytes),
      lingerMs: settings.lingerMs,
      concurrency: settings.concurrency,
      maxAttempts: settings.maxAttempts,
    });
  }

  async publish(name: string, data: unknown, options: PublishOptions): Promise<Published> {
    let message: WireMessage | undefined;
    try {
      this.#assertOpen();
      message = await this.#compose(name, data, options);
      return await this.#send(message, options);
    } catch (error) {
      throw this.#failure(error, { event: name, id: message?.id ?? options.id, data });
    }
  }

  async flush(): Promise<void> {
    while (this.#composing.size > 0) {
      await Promise.allSettled(this.#composing);
    }
    await this.#outbox.flush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #assertOpen(): void {
    if (!this.#closed) {
      return;
    }
    throw new FanfareError("PublisherClosed", "the publisher is closed", {
      remedy: "publish before close(), or make a new one",
    });
  }

  async #compose(name: string, data: unknown, options: PublishOptions): Promise<WireMessage> {
    const composing = this.#settings.transport.ordered
      ? this.#turn.then(() => this.#composeNow(name, data, options))
      : this.#composeNow(name, data, options);
    const settled = composing.catch(() => undefined);
    this.#turn = settled;
    this.#composing.add(settled);
    void settled.then(() => this.#composing.delete(settled));
    return await composing;
  }

  async #composeNow(name: string, data: unknown, options: PublishOptions): Promise<WireMessage> {
    options.signal?.throwIfAborted();
    const event = eventOf(this.#contract, name);
    this.#checkDelay(event, options.delaySeconds);
    const output = await validatePayload(event, data);
    const time = options.time ?? new Date(this.#settings.clock.now());
    const message = composeMessage(event, this.#settings.source, data, output, { ...options, time });
    if (this.#settings.transport.ordered && message.group === undefined) {
      throw new FanfareError("MessageInvalid", `${name} has no group, and the target is FIFO`, {
        field: `${name}.group`,
        remedy: "declare group in the contract, or give the group option",
      });
    }
    return message;
  }

  async #send(message: WireMessage, options: PublishOptions): Promise<Published> {
    const bytes = messageBytes(message.body, message.attributes);
    this.#admit(bytes);
    try {
      const prepared = prepareMessage(message, bytes, this.#settings, options);
      // The outbox looks at it only in its turn: a rejection before that is not unhandled.
      prepared.catch(() => undefined);
      const receipt = await this.#outbox.add(prepared, message.group, options.signal);
      return { id: message.id, ...receipt };
    } finally {
      this.#bufferedBytes -= bytes;
    }
  }

  #admit(bytes: number): void {
    const { maxBufferedBytes } = this.#settings;
    if (this.#bufferedBytes > 0 && this.#bufferedBytes + bytes > maxBufferedBytes) {
      throw new FanfareError("PublisherOverloaded", `${this.#bufferedBytes} bytes wait to be sent`, {
        limit: `${maxBufferedBytes} bytes`,
        remedy: "await earlier calls of publish, or flush(), before publishing more",
      });
    }
    this.#bufferedBytes += bytes;
  }

  #checkDelay(event: ContractEvent, delaySeconds: number | undefined): void {
    if (delaySeconds === undefined) {
      return;
    }
    const field = `${event.name}.delaySeconds`;
    if (!this.#settings.transport.delays) {
      throw new FanfareError("MessageInvalid", `${field} is set, but only standard queues delay single messages`, {
        field,
        remedy: "publish to a standard queue, or set the queue's own delay",
      });
    }
    if (!Number.isSafeInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
      throw new FanfareError("MessageInvalid", `${field} is ${delaySeconds}`, {
        field,
        limit: `${MAX_DELAY_SECONDS} seconds`,
        remedy: "give whole seconds from 0 to 900, or use EventBridge Scheduler for longer",
      });
    }
  }

  #failure(error: unknown, entry: { event: string; id: string | undefined; data: unknown }): unknown {
    if (error instanceof SendFailedError) {
      const { code, message, attempts } = error.failure;
      return new PublishError(
        "PublishFailed",
        `${entry.event} ${entry.id} was not published: ${code}: ${message}`,
        entry,
        {
          field: entry.event,
          limit: `${attempts} of ${this.#settings.maxAttempts} tries`,
          cause: error,
        },
      );
    }
    if (!isFanfareError(error)) {
      return error;
    }
    return new PublishError(error.code, error.summary, entry, {
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      ...(error.field === undefined ? {} : { field: error.field }),
      ...(error.limit === undefined ? {} : { limit: error.limit }),
      cause: error,
    });
  }
}

function eventOf(contract: AnyContract, name: string): ContractEvent {
  const event = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined;
  if (event !== undefined) {
    return event;
  }
  throw new FanfareError("UnknownEvent", `contract ${contract.name} has no event ${name}`, {
    field: "name",
    remedy: `publish one of ${Object.keys(contract.events).join(", ")}`,
  });
}
