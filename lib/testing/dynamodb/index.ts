export { TransactionCanceled } from "./errors.ts";
export type { Item } from "./item.ts";
export { type DynamoDbOperation, MemoryDynamoDb } from "./memory-dynamodb.ts";
