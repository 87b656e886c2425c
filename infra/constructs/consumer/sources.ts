import type { Duration } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import type { Guarantee } from "./consumer-options.ts";

/** One queue that a function consumes, and what the function must know of it. */
export interface ConsumerSource {
  readonly contractName: string;
  readonly consumer: string;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** Names of the events that reach the queue; empty if they are not known. */
  readonly events: readonly string[];
  /** Receives after which SQS moves a message to the dead-letter queue; `undefined` if not known. */
  readonly maxReceiveCount: number | undefined;
  /** Starts of the handler after which the consumer dead-letters a message; `undefined` if not known. */
  readonly maxAttempts: number | undefined;
  /** The guarantee, if the user chose one. */
  readonly guarantee: Guarantee | undefined;
  /** Table of idempotency records; `undefined` for at-least-once. */
  readonly idempotencyTable: dynamodb.ITable | undefined;
  /** The longest time after publishing in which a message can be redelivered. */
  readonly retention: Duration;
  /** CloudWatch namespace of what the function tells of itself; `undefined` if it does not. */
  readonly metricsNamespace: string | undefined;
  /** `bucket/prefix/` of the payloads. */
  readonly payloadLocation: string | undefined;
}

/** What the constructs know of a function. */
interface Consumption {
  readonly sources: readonly ConsumerSource[];
  /** Environment variables that the user set. */
  readonly userSet: ReadonlySet<string>;
}

const consumptions = new WeakMap<IConstruct, Consumption>();

/** Returns the queues that a function consumes so far. */
export function sourcesOf(fn: IConstruct): readonly ConsumerSource[] {
  return consumptions.get(fn)?.sources ?? [];
}

/** Whether the user set an environment variable of the function that the constructs would otherwise have set. */
export function isSetByUser(fn: IConstruct, variable: string): boolean {
  return consumptions.get(fn)?.userSet.has(variable) ?? false;
}

/**
 * Records that a function consumes a queue.
 *
 * @throws FanfareError `ConfigurationInvalid` if the function cannot consume it together with the queues that it already consumes
 */
export function addSource(
  scope: IConstruct,
  fn: IConstruct,
  source: ConsumerSource,
  userSet: ReadonlySet<string>,
): void {
  const known: Consumption = consumptions.get(fn) ?? { sources: [], userSet: new Set() };
  for (const other of known.sources) {
    checkShared(scope, other, source);
  }
  consumptions.set(fn, { sources: [...known.sources, source], userSet: new Set([...known.userSet, ...userSet]) });
}

function checkShared(scope: IConstruct, other: ConsumerSource, source: ConsumerSource): void {
  refuseIf(scope, other.consumer !== source.consumer, {
    field: "handler",
    message: `the function already consumes another queue as "${other.consumer}" and cannot also be "${source.consumer}"`,
    remedy: `give both the same name (consumer: "${other.consumer}"), or use two functions`,
  });
  refuseIf(scope, other.idempotencyTable !== source.idempotencyTable || other.guarantee !== source.guarantee, {
    field: "idempotencyTable",
    message: "the function already consumes another queue with a different idempotency table or guarantee",
    remedy: "give both the same idempotencyTable and guarantee, or use two functions",
  });
}
