export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitListener,
  type Permission,
} from "./circuit-breaker.ts";
export type { CircuitRecord, CircuitStore } from "./circuit-store.ts";
export { type DynamoDbCircuitStoreOptions, dynamoDbCircuitStore } from "./dynamodb-circuit-store.ts";
