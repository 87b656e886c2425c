import type { AnyContract, EventName, PayloadInput } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import { messageBytes, type WireMessage } from "../wire/index.ts";
import { composeEvent } from "./compose.ts";
import { Lanes } from "./lanes.ts";
import {
  type PublisherOptions,
  type PublisherSettings,
  type PublishOptions,
  resolvePublisherOptions,
} from "./options.ts";
import { prepareMessage } from "./prepare-message.ts";
import { Publication } from "./publication.ts";
import { publishErrorOf } from "./publish-error.ts";
import { SendBuffer } from "./send-buffer.ts";
import type { Receipt } from "./transport.ts";

/** What `publish` resolves to. */
export interface Published {
  /** The CloudEvents id. */
  readonly id: string;
  /** The message id that SNS or SQS assigned. */
  readonly messageId: string;
  /** FIFO only. */
  readonly sequenceNumber: string | undefined;
}

/** Publishes the events of a contract. Made by {@link createPublisher}. */
export interface Publisher<C extends AnyContract> {
  /**
   * Publishes one event. Calls made together are sent together, at most 10 events per call of AWS. Each has its own promise.
   *
   * @throws PublishError with the event in `entry`. By `code`: `UnknownEvent`, `SchemaMismatch` (also for data that JSON cannot hold),
   *   `CallbackFailed`, `CallbackTimeout` (an async schema, after 10 seconds), `MessageInvalid`, `AttributeInvalid`,
   *   `TooManyAttributes`, `MessageTooLong`, `PublisherOverloaded`, `PublisherClosed`, `PayloadUnavailable` (in all of these nothing was sent); `PublishFailed` (AWS refused the event, or all attempts failed).
   *   When aborted, the signal's reason.
   */
  <Name extends EventName<C>>(name: Name, data: PayloadInput<C, Name>, options?: PublishOptions): Promise<Published>;
  /**
   * Sends without lingering, and resolves when every event has been published or has failed. Call it before a Lambda function
   * returns.
   */
  flush(): Promise<void>;
  /** Flushes; later calls of `publish` are rejected with `PublisherClosed`. */
  close(): Promise<void>;
}

/**
 * Makes the typed publisher of a contract, for a topic or a queue.
 *
 * @throws FanfareError `ConfigurationInvalid` when the target or an option is missing or wrong
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

/** Memory that an event takes besides its body while it waits, in bytes: measured, 3,300 to 4,200. See docs/evidence/performance.md. */
const EVENT_BYTES = 4_096;

/** Events that may always wait, however little `maxBufferedBytes` is. */
const MIN_EVENTS = 100;

class PublisherState {
  readonly #contract: AnyContract;
  readonly #settings: PublisherSettings;
  readonly #buffer: SendBuffer;
  /** Calls of `publish` that have not settled. */
  readonly #publishing = new Set<Promise<unknown>>();
  /** For an ordered target events are validated one after another: a slow schema must not let the next event overtake. */
  readonly #turns = new Lanes();
  #bufferedBytes = 0;
  #closed = false;

  constructor(contract: AnyContract, settings: PublisherSettings) {
    this.#contract = contract;
    this.#settings = settings;
    this.#buffer = new SendBuffer({
      ...settings,
      maxBatchBytes: settings.transport.batchBytes(settings.maxMessageBytes),
    });
  }

  publish(name: string, data: unknown, options: PublishOptions): Promise<Published> {
    const publishing = this.#publish(name, data, options);
    this.#publishing.add(publishing);
    const ended = () => this.#publishing.delete(publishing);
    publishing.then(ended, ended);
    return publishing;
  }

  async flush(): Promise<void> {
    while (this.#publishing.size > 0) {
      this.#buffer.hurry();
      await Promise.allSettled(this.#publishing);
    }
    this.#buffer.relax();
    await this.#settings.hook?.flush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  /** The way of one event: it is composed, put into the send buffer, and sent. */
  async #publish(name: string, data: unknown, given: PublishOptions): Promise<Published> {
    const publication = new Publication(this.#contract.name, name, given, this.#settings);
    const options = publication.related(given);
    let id = options.id;
    try {
      this.#assertOpen();
      this.#assertRoom();
      const buffer = () => this.#composeAndBuffer(publication, data, options);
      const buffered = await (this.#settings.transport.ordered ? this.#turns.run("", buffer) : buffer());
      id = buffered.id;
      const published = { id, ...(await buffered.receipt) };
      publication.published(published, undefined);
      return published;
    } catch (error) {
      publication.published({ id }, error);
      throw publishErrorOf(error, { event: name, id, data }, this.#settings.maxAttempts);
    }
  }

  #assertOpen(): void {
    if (this.#closed) {
      throw new FanfareError("PublisherClosed", "the publisher is closed", {
        remedy: "publish before calling close(), or make a new publisher",
      });
    }
  }

  /** Small events take more memory than their bytes. Refused before anything is done for them, they take none. */
  #assertRoom(): void {
    const { maxBufferedBytes } = this.#settings;
    const most = Math.max(MIN_EVENTS, Math.floor(maxBufferedBytes / EVENT_BYTES));
    if (this.#publishing.size >= most) {
      throw overloaded(`${this.#publishing.size} events are waiting to be sent`, `${most} events`);
    }
  }

  async #composeAndBuffer(
    publication: Publication,
    data: unknown,
    options: PublishOptions,
  ): Promise<{ readonly id: string; readonly receipt: Promise<Receipt> }> {
    const message = await composeEvent(this.#contract, this.#settings, publication.event, data, options);
    return { id: message.id, receipt: this.#send(publication, message, options) };
  }

  async #send(publication: Publication, message: WireMessage, options: PublishOptions): Promise<Receipt> {
    const bytes = messageBytes(message.body, message.attributes);
    this.#admit(bytes);
    publication.created(message, bytes, this.#bufferedBytes, options);
    try {
      const prepared = prepareMessage(publication, message, bytes, this.#settings, options);
      // The buffer awaits it when the message's group allows. Until then a rejection must not count as unhandled.
      prepared.catch(() => undefined);
      return await this.#buffer.add(prepared, message.group, options.signal);
    } finally {
      this.#bufferedBytes -= bytes;
    }
  }

  #admit(bytes: number): void {
    const { maxBufferedBytes } = this.#settings;
    if (this.#bufferedBytes > 0 && this.#bufferedBytes + bytes > maxBufferedBytes) {
      throw overloaded(`${this.#bufferedBytes} bytes are waiting to be sent`, `${maxBufferedBytes} bytes`);
    }
    this.#bufferedBytes += bytes;
  }
}

function overloaded(message: string, limit: string): FanfareError {
  return new FanfareError("PublisherOverloaded", message, {
    limit,
    remedy: "await earlier calls of publish, or flush(), before publishing more; or raise maxBufferedBytes",
  });
}
