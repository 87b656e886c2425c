/** Plans a workload: which limits of AWS bind first, the concurrency it needs, and its cost. Pure functions. */
export { type Concurrency, concurrencyOf, TARGET_UTILISATION } from "./concurrency.ts";
export { type Cost, type CostItem, costOf, MONTH_SECONDS } from "./cost.ts";
export { type BindingLimit, limitsOf } from "./limits.ts";
export { type Plan, type PlanOverrides, planOf, type Shards } from "./plan.ts";
export { PRICES, PRICES_OF, type Price, type PriceName, type PriceOverrides } from "./prices.ts";
export { QUOTAS, type Quota, type QuotaName, type QuotaOverrides } from "./quotas.ts";
export { KEPT_DAYS, type Storage, storageOf } from "./storage.ts";
export { type Traffic, trafficOf } from "./traffic.ts";
export { type PlanGuarantee, type Workload, workloadOf } from "./workload.ts";
