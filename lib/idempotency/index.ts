export { type DynamoDbStoreOptions, dynamoDbStore } from "./dynamodb-store.ts";
export { idempotencyKey } from "./key.ts";
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
