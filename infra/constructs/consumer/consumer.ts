import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { grantDecrypt, grantEncrypt } from "../access/index.ts";
import { configurationInvalid, EVENT_SOURCE, refuseIf, refuseOptions } from "../checks/index.ts";
import { checkIdempotencyTable, grantIdempotency, type PayloadStore } from "../stores/index.ts";
import { attemptsOf } from "./attempts.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { addConsumerEnvironment } from "./environment.ts";
import { checkEventSource } from "./event-source-checks.ts";
import { HandlerFunction, isHandlerOptions } from "./handler-function.ts";
import type { ConsumerSource } from "./sources.ts";

const DEFAULT_MAX_CONCURRENCY = 10;

/** What a consumer needs of the topic or work queue to which it belongs. */
export interface ConsumerHome {
  readonly contractName: string;
  readonly payloads: PayloadStore | undefined;
  /** Returns the table of the topic or work queue, which is created on the first call. */
  readonly idempotencyTable: () => dynamodb.ITable;
  /** Tracing of handlers that do not set it. */
  readonly handlerTracing: lambda.Tracing | undefined;
}

/** Returns the function that will consume a queue. It comes before the queue, whose visibility timeout depends on its timeout. */
export function resolveHandler(
  scope: Construct,
  options: ConsumerOptions,
  home: ConsumerHome,
): lambda.IFunction | undefined {
  const { handler } = options;
  if (handler === undefined) {
    refuseOptions(
      scope,
      options,
      [
        "guarantee",
        "maxAttempts",
        "consumer",
        "idempotencyTable",
        "batchSize",
        "maxBatchingWindow",
        "maxConcurrency",
        "enabled",
        "eventSourceProps",
      ],
      { because: "given without a handler", remedy: "add a handler, or leave the options out" },
    );
    return undefined;
  }
  return isHandlerOptions(handler)
    ? new HandlerFunction(scope, "Handler", { ...handler, tracing: handler.tracing ?? home.handlerTracing })
    : handler;
}

/**
 * Returns the principal of a consumer's handler, so that permissions can be granted to a subscriber or work queue.
 *
 * @throws FanfareError `ConfigurationInvalid` for a consumer without a handler
 */
export function principalOf(scope: Construct, handler: lambda.IFunction | undefined): iam.IPrincipal {
  if (handler === undefined) {
    throw configurationInvalid(scope, {
      field: "handler",
      message: "permissions were granted to a queue without a handler",
      remedy: "add a handler, or grant them to whatever polls the queue",
    });
  }
  return handler.grantPrincipal;
}

/** A queue and the function that is to consume it. */
export interface ConsumerAttachment
  extends Pick<ConsumerSource, "queue" | "deadLetterQueue" | "maxReceiveCount" | "retention"> {
  /** The last part of the consumer's default name. */
  readonly id: string;
  readonly handler: lambda.IFunction;
  readonly fifo: boolean;
}

/**
 * Attaches a function to a queue: sets its environment, grants exactly the permissions that it needs, and creates the event
 * source mapping.
 *
 * @throws FanfareError `ConfigurationInvalid` for what Lambda refuses, or for queues that cannot share a function
 */
export function attachConsumer(
  scope: Construct,
  attachment: ConsumerAttachment,
  options: ConsumerOptions,
  home: ConsumerHome,
): lambda.EventSourceMapping {
  const { id, handler, queue, deadLetterQueue, maxReceiveCount, fifo, retention } = attachment;
  const { guarantee, consumer = `${home.contractName}.${id}` } = options;
  checkEventSource(scope, options, fifo);
  const maxAttempts = attemptsOf(scope, options, maxReceiveCount);
  refuseIf(scope, guarantee === "at-most-once" && deadLetterQueue === undefined, {
    field: "guarantee",
    message: "at-most-once needs a dead-letter queue, and none is known: what was started and failed would be lost",
    remedy: "use a queue of this app, which has a dead-letter queue, or another guarantee",
  });
  const idempotencyTable = guarantee === "at-least-once" ? undefined : tableOf(scope, options, home);
  const payloadLocation = home.payloads?.location;
  addConsumerEnvironment(
    scope,
    handler,
    {
      consumer,
      queue,
      deadLetterQueue,
      maxReceiveCount,
      maxAttempts,
      guarantee,
      idempotencyTable,
      retention,
      payloadLocation,
    },
    variablesSetBy(options),
  );
  // If the handler was imported without its role, the warning about its environment names its permissions too.
  if (!(handler.grantPrincipal instanceof iam.UnknownPrincipal)) {
    grantConsumption(attachment, idempotencyTable, home.payloads, consumer);
  }
  return createEventSourceMapping(scope, attachment, options);
}

function tableOf(scope: Construct, { idempotencyTable }: ConsumerOptions, home: ConsumerHome): dynamodb.ITable {
  if (idempotencyTable === undefined) {
    return home.idempotencyTable();
  }
  checkIdempotencyTable(scope, idempotencyTable);
  return idempotencyTable;
}

function variablesSetBy({ handler }: ConsumerOptions): ReadonlySet<string> {
  return handler !== undefined && isHandlerOptions(handler)
    ? new Set(Object.keys({ ...handler.environment, ...handler.functionProps?.environment }))
    : new Set();
}

function grantConsumption(
  { handler: grantee, queue, deadLetterQueue }: ConsumerAttachment,
  table: dynamodb.ITable | undefined,
  payloads: PayloadStore | undefined,
  consumer: string,
): void {
  iam.Grant.addToPrincipal({
    grantee,
    // Exactly what the event source mapping and the backoff of the runtime call.
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    resourceArns: [queue.queueArn],
  });
  grantDecrypt(queue.encryptionMasterKey, grantee);
  if (deadLetterQueue !== undefined) {
    iam.Grant.addToPrincipal({ grantee, actions: ["sqs:SendMessage"], resourceArns: [deadLetterQueue.queueArn] });
    grantEncrypt(deadLetterQueue.encryptionMasterKey, grantee);
  }
  if (table !== undefined) {
    grantIdempotency(table, grantee, consumer);
  }
  payloads?.grantRead(grantee);
}

function createEventSourceMapping(
  scope: Construct,
  { handler, queue }: ConsumerAttachment,
  { batchSize, maxBatchingWindow, maxConcurrency, enabled, eventSourceProps }: ConsumerOptions,
): lambda.EventSourceMapping {
  // Lambda does not accept a maximum concurrency together with provisioned pollers.
  const provisioned = eventSourceProps?.provisionedPollerConfig !== undefined;
  return new lambda.EventSourceMapping(scope, "EventSourceMapping", {
    target: handler,
    eventSourceArn: queue.queueArn,
    batchSize: batchSize ?? EVENT_SOURCE.batchSizeWithoutWindow,
    maxBatchingWindow,
    maxConcurrency: provisioned ? undefined : (maxConcurrency ?? DEFAULT_MAX_CONCURRENCY),
    enabled: enabled ?? true,
    reportBatchItemFailures: true,
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    ...eventSourceProps,
  });
}
