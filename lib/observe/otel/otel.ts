import { type TracerProvider, trace } from "@opentelemetry/api";
import type { Observer } from "../../hook/index.ts";
import { CONSUMER_STEPS, ConsumerSpans } from "./consumer-spans.ts";
import { forceFlush } from "./flush.ts";
import { PUBLISHER_STEPS, PublisherSpans } from "./publisher-spans.ts";

/** Options of {@link otel}. */
export interface OtelOptions {
  /** @default the global one of `@opentelemetry/api` */
  readonly tracerProvider?: TracerProvider;
  /**
   * What the span of a record is a child of: the span of its batch, with a link to the event, or the event itself, in whose trace it is
   * then. @default `batch`
   */
  readonly parent?: "batch" | "event";
  /** Milliseconds from which on a claim, a fetch, a commit or a dead letter has a span of its own. Failed ones always have. @default 100 */
  readonly slowMs?: number;
  /**
   * Sends what waits, at the end of an invocation and in `flush`: Lambda freezes the process afterwards.
   * @default `forceFlush` of the tracer provider, if it has one
   */
  readonly flush?: () => void | Promise<void>;
}

/**
 * Traces publishers and consumers with OpenTelemetry: pass it in `observers`. Names and attributes are those of the messaging semantic
 * conventions 1.45; `OTEL_SEMCONV_STABILITY_OPT_IN=messaging/dup` adds the deprecated ones. Without an SDK it does nothing.
 */
export function otel(options: OtelOptions = {}): Observer {
  const provider = options.tracerProvider ?? trace;
  const tracer = provider.getTracer("fanfare");
  const publisher = new PublisherSpans(tracer);
  const consumer = new ConsumerSpans(tracer, { parent: options.parent ?? "batch", slowMs: options.slowMs ?? 100 });
  return {
    name: "otel",
    steps: [...CONSUMER_STEPS, ...PUBLISHER_STEPS],
    stepsOf: (invocation) => consumer.stepsOf(invocation),
    onStep: (step) => {
      publisher.onStep(step);
      consumer.onStep(step);
    },
    runInside: (deliveries, handler) => consumer.runInside(deliveries, handler),
    traceContextOf: (of) => ("contract" in of ? publisher.create(of) : consumer.traceContextOf(of)),
    logFields: (delivery) => consumer.logFields(delivery),
    // The provider that is registered by now: a program may register it after its modules were loaded.
    flush: options.flush ?? (() => forceFlush(options.tracerProvider ?? trace.getTracerProvider())),
  };
}
