import { describeError } from "../../errors/index.ts";
import type {
  DeliveryInfo,
  InvocationInfo,
  InvocationStartedStep,
  PublicationInfo,
  PublishedStep,
  SettledStep,
  Step,
} from "../../hook/index.ts";
import type { ConsumerMetric, PublisherMetric } from "../../names/index.ts";
import { DistinctValues } from "./distinct-values.ts";

/** An invocation of a consumer. One object per invocation. */
export interface ConsumerSource {
  readonly kind: "consumer";
  readonly consumer: string;
  readonly queueArn: string;
  readonly invocation: InvocationInfo;
}

/** The publishers of one topic or queue. */
export interface PublisherSource {
  readonly kind: "publisher";
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
}

/** What a measurement is of. */
export type Source = ConsumerSource | PublisherSource;

/** Takes measurements. Times are milliseconds, but that of `OldestFailingEventAge` is seconds. */
export interface MetricSink {
  /**
   * @param label why a message is retried, or the name of the error with which something failed: one of a bounded set of values
   */
  record(source: ConsumerSource, metric: ConsumerMetric, value: number, label?: string): void;
  record(source: PublisherSource, metric: PublisherMetric, value: number, label?: string): void;
  /** An invocation has started. */
  invocationStarted?(source: ConsumerSource): void;
  /** Everything of an invocation is recorded. */
  invocationEnded?(source: ConsumerSource, at: number): void;
  /**
   * A call of `publish` has ended.
   *
   * @param idle whether none is under way
   */
  published?(at: number, idle: boolean): void;
}

/** Retries after which an event counts as failing; the others were not tried. */
const FAILING: ReadonlySet<string> = new Set(["handler", "dependency", "circuit"]);

/** Makes measurements of steps. */
export class Measuring {
  readonly #sink: MetricSink;
  readonly #errors: DistinctValues;
  /** By delivery, and by invocation. */
  readonly #consumers = new WeakMap<object, ConsumerSource>();
  readonly #publishers = new Map<string, PublisherSource>();
  /** Calls of `publish` that are under way. */
  readonly #publishing = new Set<PublicationInfo>();

  /** @param maxErrors names of errors that are told apart */
  constructor(sink: MetricSink, maxErrors: number) {
    this.#sink = sink;
    this.#errors = new DistinctValues(maxErrors);
  }

  onStep(step: Step): void {
    switch (step.type) {
      case "invocationStarted":
        this.#startInvocation(step);
        break;
      case "claimed":
        // A repeated event waits for another delivery of the batch, not for the store.
        if (!step.repeated) {
          this.#consumer(step.delivery, "StoreTime", step.durationMs);
        }
        if (step.outcome?.kind === "retry" && step.outcome.cause === "inProgress") {
          this.#consumer(step.delivery, "InProgress", 1);
        }
        break;
      case "committed":
      case "completed":
        this.#consumer(step.delivery, "StoreTime", step.durationMs);
        break;
      case "ended": {
        const label = step.result === "returned" ? undefined : this.#nameOf(step.error);
        this.#consumer(step.delivery, "HandlerTime", step.durationMs, label);
        break;
      }
      case "settled":
        this.#settled(step);
        break;
      case "invocationEnded": {
        const source = this.#consumers.get(step.invocation);
        if (source !== undefined) {
          this.#consumers.delete(step.invocation);
          this.#sink.invocationEnded?.(source, step.at);
        }
        break;
      }
      case "created":
        this.#publishing.add(step.publication);
        this.#publisher(step.publication.target, "BufferedBytes", step.bufferedBytes);
        break;
      case "offloaded":
        if (step.error === undefined) {
          this.#publisher(step.publication.target, "OffloadedBytes", step.bytes);
        }
        break;
      case "sent": {
        const [error] = step.errors.values();
        const label = step.errors.size === 0 ? undefined : this.#nameOf(error);
        this.#publisher(step.target, "SendTime", step.durationMs, label);
        break;
      }
      case "published":
        this.#published(step);
        break;
    }
  }

  #startInvocation({ at, consumer, invocation, deliveries }: InvocationStartedStep): void {
    const source: ConsumerSource = {
      kind: "consumer",
      consumer,
      queueArn: deliveries[0]?.queueArn ?? "",
      invocation,
    };
    this.#consumers.set(invocation, source);
    this.#sink.invocationStarted?.(source);
    for (const delivery of deliveries) {
      this.#consumers.set(delivery, source);
      if (delivery.receiveCount === 1) {
        this.#consumer(delivery, "QueueWait", ageAt(at, delivery.sentAt));
      }
    }
  }

  #settled({ at, delivery, event, outcome }: SettledStep): void {
    switch (outcome.kind) {
      case "done":
        this.#consumer(delivery, "Processed", 1);
        this.#consumer(delivery, "EventAge", ageAt(at, event?.time?.getTime()));
        break;
      case "duplicate":
        this.#consumer(delivery, "Duplicates", 1);
        break;
      case "expired":
        this.#consumer(delivery, "Expired", 1);
        break;
      case "ignored":
        this.#consumer(delivery, "Ignored", 1);
        break;
      case "deadLettered":
        this.#consumer(delivery, "DeadLettered", 1, this.#nameOf(outcome.error));
        break;
      case "retry":
        this.#consumer(delivery, "Retried", 1, outcome.cause);
        if (FAILING.has(outcome.cause)) {
          // Since it was sent to the queue: a redriven event is not old at once.
          const age = ageAt(at, delivery.sentAt ?? event?.time?.getTime());
          this.#consumer(delivery, "OldestFailingEventAge", age === undefined ? undefined : age / 1_000);
        }
        break;
    }
  }

  #published({ at, publication, durationMs, error }: PublishedStep): void {
    const failed = error !== undefined;
    const label = failed ? this.#nameOf(error) : undefined;
    this.#publisher(publication.target, failed ? "PublishFailed" : "Published", 1, label);
    this.#publisher(publication.target, "PublishTime", durationMs, label);
    this.#publishing.delete(publication);
    this.#sink.published?.(at, this.#publishing.size === 0);
  }

  /** Of a part of a message, the source is the message's. */
  #consumer(delivery: DeliveryInfo, metric: ConsumerMetric, value: number | undefined, label?: string): void {
    const source = this.#consumers.get(delivery.whole ?? delivery);
    if (source !== undefined && isMeasured(value)) {
      this.#sink.record(source, metric, value, label);
    }
  }

  #publisher(target: string, metric: PublisherMetric, value: number, label?: string): void {
    let source = this.#publishers.get(target);
    if (source === undefined) {
      source = { kind: "publisher", target };
      this.#publishers.set(target, source);
    }
    if (isMeasured(value)) {
      this.#sink.record(source, metric, value, label);
    }
  }

  #nameOf(error: unknown): string {
    return this.#errors.of(describeError(error).name);
  }
}

/** Milliseconds since then. Clocks of two machines differ: an age is never negative. */
function ageAt(now: number, then: number | undefined): number | undefined {
  return then === undefined ? undefined : Math.max(0, now - then);
}

/** A sender's time may be none. */
function isMeasured(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
