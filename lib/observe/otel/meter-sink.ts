import type { Attributes, Meter } from "@opentelemetry/api";
import type { MetricName } from "../../names/index.ts";
import type { ConsumerSource, MetricSink, PublisherSource, Recorder } from "../measure/index.ts";
import { operationAttributes } from "./attributes.ts";
import { type Instruments, instrumentsOf } from "./instruments.ts";

/** What an outcome is called in attributes, by its metric. */
const OUTCOMES: Readonly<Partial<Record<MetricName, string>>> = {
  Processed: "done",
  Duplicates: "duplicate",
  Expired: "expired",
  Ignored: "ignored",
  Retried: "retry",
  DeadLettered: "deadLettered",
};

/** Records measurements with the instruments of a meter. */
export class MeterSink implements MetricSink {
  readonly #instruments: Instruments;
  readonly #publishers = new WeakMap<PublisherSource, MeterRecorder>();

  constructor(meter: Meter) {
    this.#instruments = instrumentsOf(meter);
  }

  invocationStarted({ queueArn, consumer }: ConsumerSource): MeterRecorder {
    const attributes = { ...operationAttributes("process", queueArn), "messaging.consumer.group.name": consumer };
    return new MeterRecorder(this.#instruments, attributes);
  }

  publisher(source: PublisherSource): MeterRecorder {
    let recorder = this.#publishers.get(source);
    if (recorder === undefined) {
      recorder = new MeterRecorder(this.#instruments, operationAttributes("publish", source.target));
      this.#publishers.set(source, recorder);
    }
    return recorder;
  }
}

/** Records the measurements of one source. */
class MeterRecorder implements Recorder<MetricName> {
  readonly #instruments: Instruments;
  readonly #attributes: Attributes;
  /** Of outcomes without a label, which most messages have. */
  readonly #outcomes = new Map<MetricName, Attributes>();

  constructor(instruments: Instruments, attributes: Attributes) {
    this.#instruments = instruments;
    this.#attributes = attributes;
  }

  record(metric: MetricName, value: number, label?: string): void {
    const own = this.#attributes;
    const failed = label === undefined ? own : { ...own, "error.type": label };
    const all = this.#instruments;
    switch (metric) {
      case "HandlerTime":
        all.processing.record(value / 1_000, failed);
        break;
      case "QueueWait":
        all.queueWait.record(value / 1_000, own);
        break;
      case "EventAge":
        all.eventAge.record(value / 1_000, own);
        break;
      case "StoreTime":
        all.store.record(value / 1_000, own);
        break;
      case "OldestFailingEventAge":
        all.failingAge.record(value, own);
        break;
      case "InProgress":
        all.inProgress.add(value, own);
        break;
      case "Published":
      case "PublishFailed":
        all.sent.add(value, failed);
        break;
      case "PublishTime":
        all.publishing.record(value / 1_000, failed);
        break;
      case "SendTime":
        all.operation.record(value / 1_000, failed);
        break;
      case "BufferedBytes":
        all.buffered.record(value, own);
        break;
      case "OffloadedBytes":
        all.offloaded.record(value, own);
        break;
      default:
        all.consumed.add(value, own);
        all.outcomes.add(value, label === undefined ? this.#outcomeOf(metric) : this.#labelledOutcome(metric, label));
    }
  }

  #outcomeOf(metric: MetricName): Attributes {
    let attributes = this.#outcomes.get(metric);
    if (attributes === undefined) {
      attributes = { ...this.#attributes, "fanfare.outcome": OUTCOMES[metric] };
      this.#outcomes.set(metric, attributes);
    }
    return attributes;
  }

  #labelledOutcome(metric: MetricName, label: string): Attributes {
    const name = metric === "Retried" ? "fanfare.cause" : "error.type";
    return { ...this.#outcomeOf(metric), [name]: label };
  }
}
