import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitStore,
  type DynamoDbCircuitStoreOptions,
  dynamoDbCircuitStore,
} from "../../circuit/index.ts";
import { ENVIRONMENT } from "../../names/index.ts";
import { configurationInvalid, errorFields, leftOut } from "../record/index.ts";
import type { BreakerOption } from "./breaker.ts";
import { Guard } from "./guard.ts";

/**
 * Returns messages to the queue while a dependency of the handlers is down: `consume(contract, handlers, { circuitBreaker: circuitBreaker() })`.
 * Its state is kept in the idempotency table, shared by all workers, or in the store that it is given.
 *
 * A function to be imported and not a switch, so that the bundles of handlers without it do not contain its code.
 *
 * @param options wrong ones, and a missing store, are refused where the consumer is made: FanfareError `ConfigurationInvalid`
 */
export function circuitBreaker(options: CircuitBreakerOptions & { readonly store?: CircuitStore } = {}): BreakerOption {
  return {
    kind: "circuitBreaker",
    breakerFor({ consumer, clock, logger, dynamodb: client, awsClient }) {
      const listener = {
        opened: (seconds: number, failures: number) => logger.error("circuit opened", { consumer, seconds, failures }),
        closed: () => logger.info("circuit closed", { consumer }),
        unavailable: (error: unknown) =>
          logger.warn("circuit state not available", { consumer, error: errorFields(error) }),
      };
      return new Guard(
        new CircuitBreaker(
          consumer,
          options.store ?? tableStore({ client, clock, awsClient, logger }),
          clock,
          listener,
          options,
        ),
      );
    },
  };
}

/** The store in the idempotency table, which the constructs name. */
function tableStore(options: Omit<DynamoDbCircuitStoreOptions, "table">): CircuitStore {
  const table = process.env[ENVIRONMENT.idempotencyTable];
  if (!table) {
    throw configurationInvalid(
      "circuitBreaker.store",
      `the circuit breaker has no store: ${ENVIRONMENT.idempotencyTable} is not set`,
      "let the constructs attach the handler, or give circuitBreaker({ store: dynamoDbCircuitStore({ table }) })",
    );
  }
  if (process.env.FANFARE_WITHOUT_IDEMPOTENCY !== "1") {
    return dynamoDbCircuitStore({ table, ...options });
  }
  throw leftOut("circuitBreaker", "idempotency");
}
