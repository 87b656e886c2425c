/** The entry point `fanfare/otel`. */
export type { Observer } from "../../hook/index.ts";
export { type OtelOptions, otel } from "./otel.ts";
export { type OtelMetricsOptions, otelMetrics } from "./otel-metrics.ts";
