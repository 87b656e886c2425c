import type { Observer } from "../../hook/index.ts";
import { MEASURED_STEPS, Measuring } from "../measure/index.ts";
import { EmfSink } from "./emf-sink.ts";
import { type MetricsOptions, resolveOptions } from "./options.ts";

/**
 * Writes metrics of publishers and consumers to the log, in CloudWatch's embedded metric format: pass it in `observers`. Nothing is called, and
 * CloudWatch makes metrics of the lines. One line per invocation; more if a metric has more than 100 values, or one invocation has several
 * causes, errors or destinations.
 *
 * @throws FanfareError `ConfigurationInvalid` for an option that CloudWatch would not take, with its field, limit and remedy
 */
export function metrics(options: MetricsOptions = {}): Observer {
  const { maxErrors, ...settings } = resolveOptions(options);
  const sink = new EmfSink(settings);
  const measuring = new Measuring(sink, maxErrors);
  return {
    name: "metrics",
    steps: MEASURED_STEPS,
    onStep: (step) => measuring.onStep(step),
    flush: () => sink.flush(),
  };
}
