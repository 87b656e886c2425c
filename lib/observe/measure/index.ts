/** Makes measurements of steps, for whatever they are written to. */
export { type ConsumerSource, Measuring, type MetricSink, type PublisherSource, type Source } from "./measuring.ts";
