/** What a topic or work queue stores: offloaded payloads and idempotency records. */

export type { AccessLogOptions } from "./access-logs.ts";
export {
  grantIdempotency,
  IdempotencyTable,
  type IdempotencyTableProps,
  LazyIdempotencyTable,
} from "./idempotency-table.ts";
export { createPayloadStore, publishableBytes } from "./large-payloads.ts";
export type { LargePayloadOptions, PayloadStore } from "./payload-store.ts";
export type { StoreOptions } from "./store-options.ts";
export { checkIdempotencyTable } from "./table-checks.ts";
