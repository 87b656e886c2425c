import type { Progress } from "./report/progress.ts";
import type { OrderMix } from "./workload/orders.ts";

/** What a run of the demo sends. */
export interface DemoOptions {
  readonly orders: OrderMix;
  /** Number of order events, and of webhooks, that are sent a second time. */
  readonly repeated: number;
  readonly progress: Progress;
}
