/** The entry point `fanfare/metrics`. */
export type { Observer } from "../../hook/index.ts";
export { metrics } from "./metrics.ts";
export type { MetricsOptions } from "./options.ts";
