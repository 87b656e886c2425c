/** Which events this worker may handle, according to the idempotency store. */
export { type ClaimSettings, Claims } from "./claims.ts";
export { CLAIM_BATCH } from "./store-calls.ts";
