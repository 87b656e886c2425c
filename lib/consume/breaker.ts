import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../clock/index.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Run } from "./process.ts";
import type { Note } from "./steps.ts";

/** Nothing is to be started before then. */
export interface Pause {
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * A circuit breaker as the consumer knows it. The consumer imports nothing of a breaker's code: a bundle holds it only where the
 * handler imports `circuitBreaker`.
 */
export interface Breaker {
  /** Takes records through a pipeline as far as the circuit allows, and hands back the others. */
  run(run: Run, incomings: readonly Incoming[], pipeline: Pipeline, note: Note): Promise<void>;
  /** The pause that has begun since the records were let in: what has not been started is to be handed back. */
  openNow(): Pause | undefined;
  /** The pause in which nothing is to be received. Never throws. */
  paused(): Promise<Pause | undefined>;
}

/** The consumer that a breaker is for. */
export interface Guarded {
  readonly consumer: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The user's, where there is one. */
  readonly dynamodb: DynamoDBClient | undefined;
}

/** What the option `circuitBreaker` takes: made by the function of that name, from which each consumer makes a breaker of its own. */
export interface BreakerOption {
  /** @throws FanfareError `ConfigurationInvalid` for options out of range, or without a store */
  breakerFor(guarded: Guarded): Breaker;
}
