import type { Attributes, Meter } from "@opentelemetry/api";
import type { MetricName } from "../../names/index.ts";
import type { MetricSink, Source } from "../measure/index.ts";
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
  readonly #attributes = new WeakMap<Source, Attributes>();

  constructor(meter: Meter) {
    this.#instruments = instrumentsOf(meter);
  }

  record(source: Source, metric: MetricName, value: number, label?: string): void {
    const own = this.#attributesOf(source);
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
        all.outcomes.add(value, {
          ...own,
          "fanfare.outcome": OUTCOMES[metric],
          ...(metric === "Retried" ? { "fanfare.cause": label } : {}),
          ...(metric === "DeadLettered" ? { "error.type": label } : {}),
        });
    }
  }

  #attributesOf(source: Source): Attributes {
    let attributes = this.#attributes.get(source);
    if (attributes === undefined) {
      attributes =
        source.kind === "publisher"
          ? operationAttributes("publish", source.target)
          : {
              ...operationAttributes("process", source.queueArn),
              "messaging.consumer.group.name": source.consumer,
            };
      this.#attributes.set(source, attributes);
    }
    return attributes;
  }
}
