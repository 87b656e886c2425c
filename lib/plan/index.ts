/** Plans a workload: which limits of AWS bind first, the concurrency it needs, and its cost. Pure functions. */
export { TARGET_UTILISATION } from "./concurrency.ts";
export { MONTH_SECONDS } from "./cost.ts";
export { LINE_BYTES, METRIC_COUNTS } from "./metrics.ts";
export { type Plan, type PlanOverrides, planOf } from "./plan.ts";
export { PRICES, PRICES_OF } from "./prices.ts";
export { QUOTAS } from "./quotas.ts";
export { KEPT_DAYS } from "./storage.ts";
export { WRITES } from "./traffic.ts";
export type { Workload } from "./workload.ts";
