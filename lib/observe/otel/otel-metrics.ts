import { type MeterProvider, metrics } from "@opentelemetry/api";
import { numberInRange } from "../../errors/index.ts";
import type { Observer } from "../../hook/index.ts";
import { MEASURED_STEPS, Measuring } from "../measure/index.ts";
import { forceFlush } from "./flush.ts";
import { MeterSink } from "./meter-sink.ts";

/** Options of {@link otelMetrics}. */
export interface OtelMetricsOptions {
  /** @default the global one of `@opentelemetry/api` */
  readonly meterProvider?: MeterProvider;
  /** Names of errors that are told apart, 1 to 100, per process; all others are `other`. @default 20 */
  readonly maxErrors?: number;
  /**
   * Sends what waits, at the end of an invocation and in `flush`: Lambda freezes the process afterwards.
   * @default `forceFlush` of the meter provider, if it has one
   */
  readonly flush?: () => void | Promise<void>;
}

/**
 * Measures publishers and consumers with OpenTelemetry: pass it in `observers`. Instruments and attributes are those of the messaging semantic
 * conventions 1.45 where they have one; the others begin with `fanfare.`. Without an SDK it does nothing.
 *
 * @throws FanfareError `ConfigurationInvalid` for `maxErrors` outside its range
 */
export function otelMetrics(options: OtelMetricsOptions = {}): Observer {
  const maxErrors = numberInRange("maxErrors", options.maxErrors ?? 20, 1, 100);
  let measuring: Measuring | undefined;
  return {
    name: "otelMetrics",
    steps: MEASURED_STEPS,
    onStep: (step) => {
      // At the first step: unlike a tracer, a meter does not change to a provider that is registered after it was made.
      measuring ??= new Measuring(new MeterSink((options.meterProvider ?? metrics).getMeter("fanfare")), maxErrors);
      measuring.onStep(step);
    },
    flush: options.flush ?? (() => forceFlush(options.meterProvider ?? metrics.getMeterProvider())),
  };
}
