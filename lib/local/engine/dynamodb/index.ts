export { DYNAMODB_OPERATIONS, DynamoDbEngine, type DynamoDbOperation } from "./engine.ts";
export { ConditionalCheckFailed, TransactionCanceled } from "./errors.ts";
export type { DynamoDbOperations } from "./operations.ts";
export type { DynamoDbSnapshot } from "./snapshot.ts";
export { attributeOf } from "./values/index.ts";
