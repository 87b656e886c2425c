export { type DynamoDbStoreOptions, dynamoDbStore } from "./dynamodb-store.ts";
export { idempotencyKey } from "./key.ts";
export type { Claim, ClaimRequest, ClaimResult, IdempotencyStore, SettleResult } from "./store.ts";
