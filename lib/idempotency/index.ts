export { type DynamoDbStoreOptions, dynamoDbStore } from "./dynamodb-store.ts";
export { idempotencyKey } from "./key.ts";
export type { Claim, ClaimOutcome, ClaimRequest, IdempotencyStore, SettleOutcome } from "./store.ts";
