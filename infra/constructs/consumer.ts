import type { Duration } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { checkEventSource } from "./consumer-checks.ts";
import { addConsumerEnvironment } from "./consumer-environment.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { grantDecrypt, grantEncrypt } from "./encryption.ts";
import { HandlerFunction, isHandlerOptions } from "./handler-function.ts";
import type { HandlerOptions } from "./handler-options.ts";
import { checkIdempotencyTable, grantIdempotency } from "./idempotency-table.ts";
import { EVENT_SOURCE } from "./limits.ts";
import type { PayloadStore } from "./payload-store.ts";
import { configurationInvalid } from "./validation.ts";

const DEFAULT_MAX_CONCURRENCY = 10;

/** What a consumer needs of the topic or work queue that it belongs to. */
export interface ConsumerHome {
  readonly contractName: string;
  readonly payloads: PayloadStore | undefined;
  /** The table of the topic or work queue, made when first asked for. */
  readonly idempotencyTable: () => dynamodb.ITable;
  /** Tracing of handlers that do not set it. */
  readonly handlerTracing: lambda.Tracing | undefined;
}

/** The function that will consume a queue; it is needed before the queue, whose visibility depends on its timeout. */
export function resolveHandler(
  scope: Construct,
  options: ConsumerOptions,
  home: ConsumerHome,
): lambda.IFunction | undefined {
  const { handler } = options;
  if (handler === undefined) return undefined;
  return isHandlerOptions(handler)
    ? new HandlerFunction(scope, "Handler", withTracing(handler, home.handlerTracing))
    : handler;
}

function withTracing(options: HandlerOptions, tracing: lambda.Tracing | undefined): HandlerOptions {
  return options.tracing !== undefined || tracing === undefined ? options : { ...options, tracing };
}

/**
 * The principal of a consumer's handler, so that a subscriber or work queue can be granted things itself.
 *
 * @throws FanfareError `ConfigurationInvalid` for a consumer without a handler
 */
export function principalOf(scope: Construct, handler: lambda.IFunction | undefined): iam.IPrincipal {
  if (handler !== undefined) return handler.grantPrincipal;
  throw configurationInvalid(scope, {
    field: "handler",
    message: "permissions were granted to a queue without a handler",
    remedy: "give it a handler, or grant them to whatever polls the queue",
  });
}

/** A queue and the function that is to consume it. */
export interface ConsumerAttachment {
  readonly id: string;
  readonly handler: lambda.IFunction;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly maxReceiveCount: number | undefined;
  readonly fifo: boolean;
  readonly retention: Duration;
}

/**
 * Attaches a function to a queue: the event source mapping, the permissions it needs and no other, and its environment.
 *
 * @throws FanfareError `ConfigurationInvalid` for what Lambda refuses, or for sources that cannot share a function
 */
export function attachConsumer(
  scope: Construct,
  attachment: ConsumerAttachment,
  options: ConsumerOptions,
  home: ConsumerHome,
): lambda.EventSourceMapping {
  const { handler, queue, deadLetterQueue, fifo } = attachment;
  checkEventSource(scope, options, fifo);
  const table = (options.guarantee ?? "exactly-once") === "at-least-once" ? undefined : tableOf(scope, options, home);
  addConsumerEnvironment(
    scope,
    handler,
    {
      consumer: options.consumer ?? `${home.contractName}.${attachment.id}`,
      queue,
      deadLetterQueue,
      maxReceiveCount: attachment.maxReceiveCount,
      guarantee: options.guarantee,
      idempotencyTable: table,
      retention: attachment.retention,
      payloadLocation: home.payloads?.location,
    },
    variablesSetBy(options),
  );
  grantConsumption(attachment, table, home.payloads);
  return new lambda.EventSourceMapping(scope, "EventSourceMapping", {
    target: handler,
    eventSourceArn: queue.queueArn,
    batchSize: options.batchSize ?? EVENT_SOURCE.batchSizeWithoutWindow,
    ...(options.maxBatchingWindow === undefined ? {} : { maxBatchingWindow: options.maxBatchingWindow }),
    // Provisioned pollers exclude a maximum concurrency.
    ...(options.eventSourceProps?.provisionedPollerConfig === undefined
      ? { maxConcurrency: options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY }
      : {}),
    enabled: options.enabled ?? true,
    reportBatchItemFailures: true,
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    ...options.eventSourceProps,
  });
}

function tableOf(scope: Construct, options: ConsumerOptions, home: ConsumerHome): dynamodb.ITable {
  if (options.idempotencyTable === undefined) return home.idempotencyTable();
  checkIdempotencyTable(scope, options.idempotencyTable);
  return options.idempotencyTable;
}

function variablesSetBy({ handler }: ConsumerOptions): ReadonlySet<string> {
  if (handler === undefined || !isHandlerOptions(handler)) return new Set();
  return new Set(Object.keys({ ...handler.environment, ...handler.functionProps?.environment }));
}

function grantConsumption(
  { handler, queue, deadLetterQueue }: ConsumerAttachment,
  table: dynamodb.ITable | undefined,
  payloads: PayloadStore | undefined,
): void {
  // Imported without its role: the warning about its environment names its permissions too.
  if (handler.grantPrincipal instanceof iam.UnknownPrincipal) return;
  iam.Grant.addToPrincipal({
    grantee: handler,
    // Exactly what the event source mapping and the backoff of the runtime call.
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    resourceArns: [queue.queueArn],
  });
  grantDecrypt(queue.encryptionMasterKey, handler);
  if (deadLetterQueue !== undefined) {
    iam.Grant.addToPrincipal({
      grantee: handler,
      actions: ["sqs:SendMessage"],
      resourceArns: [deadLetterQueue.queueArn],
    });
    grantEncrypt(deadLetterQueue.encryptionMasterKey, handler);
  }
  if (table !== undefined) grantIdempotency(table, handler);
  payloads?.grantRead(handler);
}
