/** Makes measurements of steps, for whatever they are written to. */
export {
  type ConsumerSource,
  MEASURED_STEPS,
  Measuring,
  type MetricSink,
  type PublisherSource,
  type Recorder,
  type Source,
} from "./measuring.ts";
