/** What a topic or work queue stores: offloaded payloads and idempotency records. */
export {
  grantIdempotency,
  IdempotencyTable,
  type IdempotencyTableProps,
  LazyIdempotencyTable,
} from "./idempotency-table.ts";
export { createPayloadStore, publishableBytes } from "./large-payloads.ts";
export type { AccessLogOptions, LargePayloadOptions, PayloadStore } from "./payload-store.ts";
export type { StoreOptions } from "./store-options.ts";
export { checkIdempotencyTable } from "./table-checks.ts";
