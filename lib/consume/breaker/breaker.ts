import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AwsClient } from "../../aws/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Delivery, Logger, Outcome, Settled } from "../record/index.ts";

/** Nothing is to be started before then. */
export interface Pause {
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/** Runs deliveries to their outcomes. */
export type Run = (deliveries: readonly Delivery[]) => Promise<readonly Settled[]>;

/** Settles a delivery that is not run. */
export type HandBack = (delivery: Delivery, outcome: Outcome) => Promise<Settled>;

/** A circuit breaker as the consumer knows it. A bundle contains its code only where the handler imports `circuitBreaker`. */
export interface Breaker {
  /** Runs deliveries as far as the circuit allows, and hands the others back. */
  run(deliveries: readonly Delivery[], run: Run, handBack: HandBack): Promise<readonly Settled[]>;
  /** Told each outcome, once. */
  settled(outcome: Outcome): void;
  /** The pause that has begun since the deliveries were admitted: what has not been started is handed back. */
  openNow(): Pause | undefined;
  /** The pause in which nothing is to be received. Never throws. */
  paused(): Promise<Pause | undefined>;
}

/** The consumer that a breaker is for. */
export interface Guarded {
  readonly consumer: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The user's own client, where there is one. */
  readonly dynamodb: DynamoDBClient | undefined;
  readonly awsClient: AwsClient | undefined;
}

/** What the option `circuitBreaker` takes: made by the function of that name. */
export interface BreakerOption {
  readonly kind: "circuitBreaker";
  /**
   * Makes the breaker of one consumer.
   *
   * @throws FanfareError `ConfigurationInvalid` for options out of range, or without a store
   * @internal
   */
  breakerFor(guarded: Guarded): Breaker;
}
