import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { AnyContract, EventName, PayloadInput } from "../../contract/index.ts";
import { ClientPool } from "../../local/clients/index.ts";
import { type LocalRuntime, NotQuiet } from "../../local/index.ts";
import { parseLocations, s3PayloadStore } from "../../payload/index.ts";
import { createPublisher, type Publisher, type PublishOptions } from "../../publish/index.ts";
import { type DeadLetter, readDeadLetters } from "./dead-letters.ts";
import { compare, type Delivery, type SubscriberDelivery, summarize } from "./delivery.ts";
import { TestAppError } from "./errors.ts";
import { historyOf } from "./history.ts";
import type { Journal, RecordedOutcome } from "./journal.ts";
import type { PublishAndWaitOptions } from "./options.ts";
import { problemsAt } from "./problems.ts";
import { type RawMessage, sendCommand } from "./raw-message.ts";
import { settled } from "./settled.ts";
import { type AppSubscriber, findSubscriber, subscribersOf } from "./subscribers.ts";
import { findTarget } from "./targets.ts";
import { millisecondsOf, type TimeSpan } from "./time-span.ts";

/** Most histories in the error of an app that does not become quiet. */
const MAX_HISTORIES = 5;

/** What a {@link DeployedApp} is made of. */
export interface DeployedAppParts {
  readonly runtime: LocalRuntime;
  readonly journal: Journal;
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Removes what was made for the test, after the runtime has been closed. */
  readonly remove: () => Promise<void>;
}

/** An app that runs for a test. Created by `deploy`; close it at the end, or use `await using`. */
export class DeployedApp implements AsyncDisposable {
  /** The local runtime underneath: `runtime.invoke(...)`, `runtime.deployment.find(...)`. */
  readonly runtime: LocalRuntime;
  readonly #parts: DeployedAppParts;
  readonly #pool: ClientPool;
  readonly #startedAt = Date.now();
  readonly #open: { close(): Promise<void> }[] = [];
  #closed: Promise<void> | undefined;

  constructor(parts: DeployedAppParts) {
    this.runtime = parts.runtime;
    this.#parts = parts;
    this.#pool = new ClientPool(parts.runtime);
  }

  /**
   * Creates the typed publisher of a contract for its topic or queue in this app, with the payload bucket of the stack.
   *
   * @param to construct path of the topic or queue, needed where several take the contract's events: `Shop/Orders`
   * @throws TestAppError `NotFound`
   */
  publisher<C extends AnyContract>(contract: C, to?: string): Publisher<C> {
    const found = findTarget(this.runtime.deployment, this.#subscribers, contract, to);
    const clients = this.#pool.for(found.resource.place);
    const [location] = parseLocations(found.payloadLocation ?? "", "the payload location");
    const publisher = createPublisher(contract, {
      target: found.target,
      clients,
      ...(found.maxMessageBytes === undefined ? {} : { maxMessageBytes: found.maxMessageBytes }),
      ...(location === undefined ? {} : { payloads: s3PayloadStore({ location, client: clients.s3 }) }),
    });
    this.#open.push(publisher);
    const publish = async <Name extends EventName<C>>(
      name: Name,
      data: PayloadInput<C, Name>,
      options?: PublishOptions,
    ) => {
      const at = Date.now();
      const published = await publisher(name, data, options);
      const { id: eventId, messageId } = published;
      this.#parts.journal.notePublication({ eventId, event: name, target: found.target, messageId }, at);
      return published;
    };
    return Object.assign(publish, { flush: () => publisher.flush(), close: () => publisher.close() });
  }

  /**
   * Publishes one event, waits until the app is quiet, and returns what became of the event.
   *
   * @throws what `publish` throws; TestAppError `NotQuiet`
   */
  async publishAndWait<C extends AnyContract, Name extends EventName<C>>(
    contract: C,
    name: Name,
    data: PayloadInput<C, Name>,
    options: PublishAndWaitOptions = {},
  ): Promise<Delivery> {
    const { to, timeoutMs, ...publishOptions } = options;
    const { id } = await this.publisher(contract, to)(name, data, publishOptions);
    return await this.delivery(id, timeoutMs === undefined ? {} : { timeoutMs });
  }

  /** Sends a message to a subscriber's queue, past topic and filter. @throws TestAppError `NotFound`; what SQS throws */
  async deliver(subscriber: string, message: RawMessage): Promise<void> {
    const { place, queueUrl } = this.#subscriber(subscriber);
    await this.#pool.for(place).sqs.send(sendCommand(queueUrl, message));
  }

  /** Waits until the app is quiet, and returns what became of any event. @throws TestAppError `NotQuiet` */
  async delivery(eventId: string, options: { readonly timeoutMs?: number } = {}): Promise<Delivery> {
    await this.whenQuiet(options);
    const deadLetters = await this.#deadLettersOf(eventId);
    const history = historyOf(eventId, { journal: this.#parts.journal, subscribers: this.#subscribers, deadLetters });
    const at = (name: string): SubscriberDelivery => {
      const subscriber = this.#subscriber(name);
      const outcomes = this.#outcomes(subscriber).filter((outcome) => outcome.eventId === eventId);
      return summarize(outcomes, deadLetters.has(subscriber.title));
    };
    return { id: eventId, at, expect: (expected) => compare(eventId, expected, at, history), history };
  }

  /**
   * Resolves when no queue that a function polls holds a message and no function runs.
   *
   * @throws TestAppError `NotQuiet` at the deadline, with the messages that still wait and the histories of their events
   */
  async whenQuiet(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = this.#parts.timeoutMs } = options;
    try {
      await settled(this.runtime, this.#parts.journal, { timeoutMs, settleMs: this.#parts.settleMs });
    } catch (error) {
      if (!(error instanceof NotQuiet)) {
        throw error;
      }
      const arns = new Set(error.waiting.map(({ sourceArn }) => sourceArn));
      const waiting = this.#subscribers.filter(({ queueArn }) => arns.has(queueArn));
      throw new TestAppError("NotQuiet", error.message, {
        cause: error,
        history: [...problemsAt(waiting, this.#parts.journal), await this.#openHistories(waiting)].join("\n\n"),
      });
    }
  }

  /**
   * Moves the clock of the embedded services forward: visibility timeouts, delays, retention, lifecycle rules and schedules end without
   * waiting. Handlers, publishers and idempotency stores keep the system's clock.
   *
   * @throws LocalError `Unsupported` for the services of another endpoint
   */
  advance(span: TimeSpan): void {
    this.runtime.advance(millisecondsOf(span));
  }

  /** The messages that a subscriber has processed, in order. @throws TestAppError `NotFound`, `OutcomesUnknown` */
  processed(subscriber: string): readonly RecordedOutcome[] {
    return this.outcomes(subscriber).filter(({ outcome }) => outcome === "done");
  }

  /** The attempts of a subscriber that ended in a retry, in order. @throws TestAppError `NotFound`, `OutcomesUnknown` */
  retried(subscriber: string): readonly RecordedOutcome[] {
    return this.outcomes(subscriber).filter(({ outcome }) => outcome === "retry");
  }

  /** All outcomes at a subscriber, in order. @throws TestAppError `NotFound`, `OutcomesUnknown` */
  outcomes(subscriber: string): readonly RecordedOutcome[] {
    return this.#outcomes(this.#subscriber(subscriber));
  }

  /** What is in a subscriber's dead-letter queue; it stays there. @throws TestAppError `NotFound`, `NotReadable` */
  async deadLettered(subscriber: string): Promise<readonly DeadLetter[]> {
    return await this.#deadLetters(this.#subscriber(subscriber));
  }

  /** All that is known of an event, as text, to attach to your own assertions. */
  async history(eventId: string): Promise<string> {
    const deadLetters = await this.#deadLettersOf(eventId);
    return historyOf(eventId, { journal: this.#parts.journal, subscribers: this.#subscribers, deadLetters });
  }

  /** Stops everything that was started, and removes what was made for the test. Calling it again does nothing. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #subscribers(): readonly AppSubscriber[] {
    return subscribersOf(this.runtime.deployment);
  }

  #subscriber(name: string): AppSubscriber {
    return findSubscriber(this.#subscribers, name);
  }

  #outcomes({ queueName, title, consumer, functionName }: AppSubscriber): readonly RecordedOutcome[] {
    const outcomes = this.#parts.journal.outcomes.filter(({ queue }) => queue === queueName);
    if (outcomes.length === 0 && consumer === undefined) {
      const why = functionName === undefined ? "no function polls its queue" : `${functionName} tells no outcomes`;
      throw new TestAppError("OutcomesUnknown", `the outcomes of ${title} are unknown: ${why}`, {
        remedy:
          "attach a handler made with consume() through fanOut or consumedBy, or check the effects of the function instead",
      });
    }
    return outcomes;
  }

  async #deadLetters({ title, deadLetterQueueArn, place }: AppSubscriber): Promise<readonly DeadLetter[]> {
    if (deadLetterQueueArn === undefined) {
      throw new TestAppError("NotFound", `${title} has no dead-letter queue`);
    }
    const { sqs } = this.#pool.for(place);
    const QueueName = deadLetterQueueArn.slice(deadLetterQueueArn.lastIndexOf(":") + 1);
    const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return await readDeadLetters(sqs, QueueUrl, this.#startedAt);
  }

  /** The dead letters of an event by the subscriber's title; subscribers without any are left out. */
  async #deadLettersOf(eventId: string): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
    const found = new Map<string, readonly DeadLetter[]>();
    for (const subscriber of this.#subscribers.filter(({ deadLetterQueueArn }) => deadLetterQueueArn !== undefined)) {
      const deadLetters = (await this.#deadLetters(subscriber)).filter(({ event }) => event?.id === eventId);
      if (deadLetters.length > 0) {
        found.set(subscriber.title, deadLetters);
      }
    }
    return found;
  }

  /** The histories of the events without a final outcome, or without any at one of the subscribers where messages wait. */
  async #openHistories(waiting: readonly AppSubscriber[]): Promise<string> {
    const { outcomes, publications } = this.#parts.journal;
    const ids = [...new Set([...publications, ...outcomes].flatMap(({ eventId }) => eventId ?? []))];
    const open = ids.filter((id) => {
      const own = outcomes.filter(({ eventId }) => eventId === id);
      return (
        own.length === 0 ||
        waiting.some(({ queueName }) => own.every(({ queue }) => queue !== queueName)) ||
        this.#subscribers.some(({ queueName }) => own.findLast(({ queue }) => queue === queueName)?.outcome === "retry")
      );
    });
    const histories = await Promise.all(open.slice(0, MAX_HISTORIES).map((id) => this.history(id)));
    const more = open.length - histories.length;
    return [...histories, ...(more > 0 ? [`... and ${more} more events`] : [])].join("\n\n");
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#open.map((publisher) => publisher.close()));
    this.#pool.close();
    await this.runtime.close();
    await this.#parts.remove();
  }
}
