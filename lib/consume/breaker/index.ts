/** The circuit breaker between a consumer and what its handlers depend on. */
export type { Breaker, BreakerOption } from "./breaker.ts";
export { circuitBreaker } from "./circuit-breaker.ts";
