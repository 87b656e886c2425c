export { type DynamoDbStoreOptions, dynamoDbStore } from "./dynamodb-store.ts";
export { readItem } from "./item.ts";
export { EventKeys, idempotencyKey } from "./key.ts";
export type { StoredRecord } from "./protocol/index.ts";
export type {
  Claim,
  ClaimRequest,
  ClaimResult,
  CommitResult,
  IdempotencyStore,
  ReleaseRequest,
  SettleResult,
  StartRequest,
} from "./store.ts";
