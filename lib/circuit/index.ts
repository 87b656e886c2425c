export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitListener,
} from "./circuit-breaker.ts";
export type { CircuitRecord, CircuitStore } from "./circuit-store.ts";
export { type DynamoDbCircuitStoreOptions, dynamoDbCircuitStore } from "./dynamodb-circuit-store.ts";
