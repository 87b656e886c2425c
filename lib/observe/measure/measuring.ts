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
import type { ConsumerMetric, MetricName, PublisherMetric } from "../../names/index.ts";
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

/** Takes the measurements of one source. Times are milliseconds, but that of `OldestFailingEventAge` is seconds. */
export interface Recorder<Metric extends MetricName> {
  /**
   * @param label why a message is retried, or the name of the error with which something failed: one of a bounded set of values
   */
  record(metric: Metric, value: number, label?: string): void;
}

/** Where measurements go. */
export interface MetricSink {
  /** An invocation has started. Returns what takes its measurements until it ends. */
  invocationStarted(source: ConsumerSource): Recorder<ConsumerMetric>;
  /** Everything of an invocation is recorded. */
  invocationEnded?(source: ConsumerSource, at: number): void;
  /** Returns what takes the measurements of a publisher: for one, because the next may belong elsewhere. */
  publisher(source: PublisherSource): Recorder<PublisherMetric>;
  /**
   * A call of `publish` has ended.
   *
   * @param idle whether none is under way
   */
  published?(at: number, idle: boolean): void;
}

/** An invocation that has not ended. */
interface Measured {
  readonly source: ConsumerSource;
  readonly recorder: Recorder<ConsumerMetric>;
}

/** Retries after which an event counts as failing; the others were not tried. */
const FAILING: ReadonlySet<string> = new Set(["handler", "dependency", "circuit"]);

/** The steps that {@link Measuring} takes. */
export const MEASURED_STEPS = [
  ...(["invocationStarted", "storeCalled", "ended", "committed", "settled", "invocationEnded"] as const),
  ...(["created", "offloaded", "sent", "published"] as const),
] satisfies readonly Step["type"][];

/** Makes measurements of steps. */
export class Measuring {
  readonly #sink: MetricSink;
  readonly #errors: DistinctValues;
  readonly #invocations = new WeakMap<InvocationInfo, Measured>();
  /** The one that was measured last: Lambda has one at a time. */
  #current: Measured | undefined;
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
      case "storeCalled":
        this.#consumer(step, "StoreTime", step.durationMs);
        break;
      case "committed":
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
        const measured = this.#invocations.get(step.invocation);
        if (measured !== undefined) {
          this.#invocations.delete(step.invocation);
          this.#current = undefined;
          this.#sink.invocationEnded?.(measured.source, step.at);
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
    this.#current = { source, recorder: this.#sink.invocationStarted(source) };
    this.#invocations.set(invocation, this.#current);
    for (const delivery of deliveries) {
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
        if (outcome.cause === "inProgress") {
          this.#consumer(delivery, "InProgress", 1);
        }
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

  #consumer(
    { invocation }: Pick<DeliveryInfo, "invocation">,
    metric: ConsumerMetric,
    value: number | undefined,
    label?: string,
  ): void {
    if (this.#current?.source.invocation !== invocation) {
      this.#current = this.#invocations.get(invocation);
    }
    if (isMeasured(value)) {
      this.#current?.recorder.record(metric, value, label);
    }
  }

  #publisher(target: string, metric: PublisherMetric, value: number, label?: string): void {
    let source = this.#publishers.get(target);
    if (source === undefined) {
      source = { kind: "publisher", target };
      this.#publishers.set(target, source);
    }
    if (isMeasured(value)) {
      this.#sink.publisher(source).record(metric, value, label);
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
