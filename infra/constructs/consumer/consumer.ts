import { Annotations } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { allowLogsOnKey, definedFunctionOf } from "../access/index.ts";
import { LAMBDA, nodeVersionOf, refuse, refuseIf, refuseOptions } from "../checks/index.ts";
import type { ConsumerMetrics } from "../observability/index.ts";
import { checkIdempotencyTable, type PayloadStore } from "../stores/index.ts";
import { attemptsOf, checkAtMostOnce } from "./attempts.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { addConsumerEnvironment } from "./environment.ts";
import { checkEventSource } from "./event-source-checks.ts";
import { grantConsumption } from "./grants.ts";
import { HandlerFunction, isHandlerOptions } from "./handler-function.ts";
import type { HandlerOptions } from "./handler-options.ts";
import { createEventSourceMapping } from "./mapping.ts";
import { checkHandlerPlace, checkTablePlace } from "./places.ts";
import type { ConsumerSource } from "./sources.ts";

/** What a consumer needs of the topic or work queue to which it belongs. */
export interface ConsumerHome {
  readonly contractName: string;
  readonly payloads: PayloadStore | undefined;
  /** Returns the table for a consumer, which is created on the first call. */
  readonly idempotencyTable: (consumer: Construct) => dynamodb.ITable;
  /** Key for the environment and logs of handlers that do not set one; it is used only if this app defines it. */
  readonly encryptionKey: kms.IKey | undefined;
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
        "provisionedPollers",
        "enabled",
        "eventSourceProps",
      ],
      { because: "given without a handler", remedy: "add a handler, or leave the options out" },
    );
    return undefined;
  }
  if (!isHandlerOptions(handler)) {
    return ownFunction(scope, handler);
  }
  const fn = new HandlerFunction(scope, "Handler", {
    ...handler,
    ...encryptionOf(scope, handler, home),
    tracing: handler.tracing ?? home.handlerTracing,
  });
  return fn.alias ?? fn;
}

/** Returns the key of a handler: its own, or that of its home if CloudWatch Logs can be allowed to use it. */
function encryptionOf(scope: Construct, handler: HandlerOptions, home: ConsumerHome): { encryptionKey?: kms.IKey } {
  const key = handler.encryptionKey ?? home.encryptionKey;
  const usable = key !== undefined && (handler.encryptionKey !== undefined || allowLogsOnKey(scope, key));
  return usable ? { encryptionKey: key } : {};
}

/** Warns of an own function on a version of Node.js that does not run Fanfare. A function in another language does not use it. */
function ownFunction(scope: Construct, handler: lambda.IFunction): lambda.IFunction {
  const runtime = definedFunctionOf(handler)?.runtime;
  const version = runtime && nodeVersionOf(runtime);
  checkHandlerPlace(scope, handler);
  if (version !== undefined && version < LAMBDA.oldestNodeVersion) {
    Annotations.of(scope).addWarningV2(
      "fanfare:handlerRuntime",
      `the handler runs on ${runtime?.name}, but Fanfare needs Node.js ${LAMBDA.oldestNodeVersion} or later`,
    );
  }
  return handler;
}

/**
 * Returns the principal of a consumer's handler, so that permissions can be granted to a subscriber or work queue.
 *
 * @throws FanfareError `ConfigurationInvalid` for a consumer without a handler
 */
export function principalOf(scope: Construct, handler: lambda.IFunction | undefined): iam.IPrincipal {
  if (handler === undefined) {
    refuse(scope, {
      field: "handler",
      message: "permissions were granted to a queue without a handler",
      remedy: "add a handler, or grant them to whatever polls the queue",
    });
  }
  return handler.grantPrincipal;
}

/** A queue and the function that is to consume it. */
export interface ConsumerAttachment
  extends Pick<ConsumerSource, "queue" | "events" | "deadLetterQueue" | "maxReceiveCount" | "retention"> {
  /** The last part of the consumer's default name. */
  readonly id: string;
  readonly handler: lambda.IFunction;
  readonly fifo: boolean;
  readonly metrics: ConsumerMetrics | undefined;
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
  const { id, handler, queue, events, deadLetterQueue, maxReceiveCount, fifo, retention, metrics } = attachment;
  const { guarantee, consumer = `${home.contractName}.${id}` } = options;
  refuseIf(scope, consumer === "", {
    field: "consumer",
    message: "consumer is empty, but its name is the first part of idempotency keys",
    remedy: `name the consumer, or leave it out: it is then ${home.contractName}.${id}`,
  });
  checkEventSource(scope, options, fifo);
  const maxAttempts = attemptsOf(scope, options, maxReceiveCount);
  checkAtMostOnce(scope, options, deadLetterQueue);
  const idempotencyTable = guarantee === "at-least-once" ? undefined : tableOf(scope, options, home);
  const payloadLocation = home.payloads?.location;
  addConsumerEnvironment(
    scope,
    handler,
    {
      contractName: home.contractName,
      consumer,
      queue,
      events,
      deadLetterQueue,
      maxReceiveCount,
      maxAttempts,
      guarantee,
      idempotencyTable,
      retention,
      metricsNamespace: metrics?.namespace,
      payloadLocation,
    },
    variablesSetBy(options),
  );
  grantConsumption(scope, handler, { consumer, queue, deadLetterQueue, idempotencyTable, payloads: home.payloads });
  return createEventSourceMapping(scope, handler, queue, options);
}

/** Name and guarantee of the consumer that these options make; neither without a handler. */
export function consumerOf(
  { handler, consumer, guarantee = "exactly-once" }: ConsumerOptions,
  defaultName: string,
): { readonly consumer: string | undefined; readonly guarantee: string | undefined } {
  return handler === undefined
    ? { consumer: undefined, guarantee: undefined }
    : { consumer: consumer ?? defaultName, guarantee };
}

function tableOf(scope: Construct, { idempotencyTable }: ConsumerOptions, home: ConsumerHome): dynamodb.ITable {
  if (idempotencyTable !== undefined) {
    checkIdempotencyTable(scope, idempotencyTable);
  }
  const table = idempotencyTable ?? home.idempotencyTable(scope);
  checkTablePlace(scope, table);
  return table;
}

/** Returns the environment variables that the user set; they are not changed. */
function variablesSetBy({ handler }: ConsumerOptions): Readonly<Record<string, string>> {
  return handler !== undefined && isHandlerOptions(handler)
    ? { ...handler.environment, ...handler.functionProps?.environment }
    : {};
}
