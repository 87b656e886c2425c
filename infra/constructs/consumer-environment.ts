import { Annotations, type Duration, Lazy } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { ENVIRONMENT } from "../../lib/names/index.ts";
import { definedFunctionOf } from "./consumer-checks.ts";
import type { Guarantee } from "./consumer-options.ts";
import { longest } from "./retention.ts";
import { configurationInvalid } from "./validation.ts";

/** What one source tells the function that consumes it. */
export interface ConsumerSource {
  readonly consumer: string;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** Receives after which SQS moves a message to the dead-letter queue; `undefined` where it is not known. */
  readonly maxReceiveCount: number | undefined;
  /** The guarantee, where the user chose one. */
  readonly guarantee: Guarantee | undefined;
  /** Table of idempotency records; `undefined` for at-least-once. */
  readonly idempotencyTable: dynamodb.ITable | undefined;
  /** The longest time in which a message can come again. */
  readonly retention: Duration;
  /** `bucket/prefix/` of the payloads. */
  readonly payloadLocation: string | undefined;
}

const sourcesOf = new WeakMap<IConstruct, ConsumerSource[]>();

const variablesSetByUser = new WeakMap<IConstruct, ReadonlySet<string>>();

/** The sources that a function consumes so far. */
export function consumerSourcesOf(fn: IConstruct): readonly ConsumerSource[] {
  return sourcesOf.get(fn) ?? [];
}

/** Whether the user set a variable of the function that the constructs would have set. */
export function isSetByUser(fn: IConstruct, variable: string): boolean {
  return variablesSetByUser.get(fn)?.has(variable) ?? false;
}

/**
 * Sets the environment from which the function reads how to consume a source. Several sources of one function add up.
 *
 * @param userSet variables that the user set and that are left alone
 * @throws FanfareError `ConfigurationInvalid` for sources that cannot share a function
 */
export function addConsumerEnvironment(
  scope: IConstruct,
  handler: lambda.IFunction,
  source: ConsumerSource,
  userSet: ReadonlySet<string>,
): void {
  const fn = definedFunctionOf(handler);
  if (fn === undefined) {
    warnOfImport(scope, source);
    return;
  }
  const sources = sourcesOf.get(fn) ?? [];
  checkShared(scope, sources, source);
  sources.push(source);
  sourcesOf.set(fn, sources);
  variablesSetByUser.set(fn, new Set([...userSet, ...(variablesSetByUser.get(fn) ?? [])]));
  for (const [name, value] of Object.entries(variablesOf(sources, source))) {
    if (!userSet.has(name)) fn.addEnvironment(name, value);
  }
}

/** Lists grow with each source, so they are written at synthesis. */
function variablesOf(sources: readonly ConsumerSource[], source: ConsumerSource): Record<string, string> {
  const variables: Record<string, string> = { [ENVIRONMENT.consumer]: source.consumer };
  if (source.guarantee !== undefined) variables[ENVIRONMENT.guarantee] = source.guarantee;
  if (source.idempotencyTable !== undefined) {
    variables[ENVIRONMENT.idempotencyTable] = source.idempotencyTable.tableName;
    variables[ENVIRONMENT.idempotencyRetention] = Lazy.string({
      produce: () => String(longest(sources.map((each) => each.retention))?.toSeconds()),
    });
  }
  if (source.payloadLocation !== undefined) {
    variables[ENVIRONMENT.payloadSources] = Lazy.string({
      produce: () => [...new Set(sources.flatMap((each) => each.payloadLocation ?? []))].join(","),
    });
  }
  if (source.deadLetterQueue !== undefined) {
    variables[ENVIRONMENT.deadLetterQueues] = Lazy.string({ produce: () => deadLetterQueuesOf(sources) });
  }
  return variables;
}

/**
 * A JSON object written by hand: Stack.toJsonString takes no ARN of the same stack as a key, because it is only known at
 * deployment. Neither ARNs nor URLs hold a character that JSON escapes.
 */
function deadLetterQueuesOf(sources: readonly ConsumerSource[]): string {
  const pairs = sources.flatMap(({ queue, deadLetterQueue, maxReceiveCount }) =>
    deadLetterQueue === undefined ? [] : [`"${queue.queueArn}":${deadLetterEntry(deadLetterQueue, maxReceiveCount)}`],
  );
  return `{${pairs.join(",")}}`;
}

function deadLetterEntry(queue: sqs.IQueue, maxReceiveCount: number | undefined): string {
  return `{"url":"${queue.queueUrl}"${maxReceiveCount === undefined ? "" : `,"maxReceiveCount":${maxReceiveCount}`}}`;
}

function checkShared(scope: IConstruct, sources: readonly ConsumerSource[], source: ConsumerSource): void {
  for (const other of sources) {
    if (other.consumer !== source.consumer) {
      throw configurationInvalid(scope, {
        field: "handler",
        message: `the function already consumes another queue as "${other.consumer}" and cannot also be "${source.consumer}"`,
        remedy: `give both the same name (consumer: "${other.consumer}"), or a function each`,
      });
    }
    if (other.idempotencyTable !== source.idempotencyTable || other.guarantee !== source.guarantee) {
      throw configurationInvalid(scope, {
        field: "idempotencyTable",
        message:
          "the function already consumes another queue with another idempotency table, or with another guarantee",
        remedy: "give both the same idempotencyTable and guarantee, or a function each",
      });
    }
  }
}

function warnOfImport(scope: IConstruct, source: ConsumerSource): void {
  const names = [
    ENVIRONMENT.consumer,
    ...(source.guarantee === undefined ? [] : [ENVIRONMENT.guarantee]),
    ...(source.idempotencyTable === undefined ? [] : [ENVIRONMENT.idempotencyTable, ENVIRONMENT.idempotencyRetention]),
    ...(source.payloadLocation === undefined ? [] : [ENVIRONMENT.payloadSources]),
    ...(source.deadLetterQueue === undefined ? [] : [ENVIRONMENT.deadLetterQueues]),
  ];
  Annotations.of(scope).addWarningV2(
    "fanfare:handlerImported",
    `the handler is imported, so its environment cannot be set here: set ${names.join(", ")} (${ENVIRONMENT.consumer}=${source.consumer}) where it is defined. If it was imported without its role, its permissions too.`,
  );
}
