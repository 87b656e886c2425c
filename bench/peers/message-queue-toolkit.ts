import { MessageHandlerConfigBuilder } from "@message-queue-toolkit/core";
import {
  AbstractSqsConsumer,
  type SQSConsumerDependencies,
  type SQSConsumerOptions,
  SqsConsumerErrorResolver,
} from "@message-queue-toolkit/sqs";
import { z } from "zod";
import { orderSchema } from "../support/contract.ts";
import type { StartPolling } from "./polling.ts";

const envelope = z.looseObject({ id: z.string(), type: z.literal("bench.OrderPlaced"), data: orderSchema });
type OrderEnvelope = z.infer<typeof envelope>;
type Context = Record<string, never>;

const nothing = () => {};
const logger: SQSConsumerDependencies["logger"] = {
  level: "silent",
  msgPrefix: undefined,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  trace: nothing,
  silent: nothing,
  child: () => logger,
  isLevelEnabled: () => false,
};

/** As many consumers as the others have loops. */
const CONSUMERS = 2;

class OrderConsumer extends AbstractSqsConsumer<OrderEnvelope, Context> {
  constructor(dependencies: SQSConsumerDependencies, options: SQSConsumerOptions<OrderEnvelope, Context, undefined>) {
    super(dependencies, options, {});
  }
}

/** message-queue-toolkit's consumer of an existing queue. Two consumers receive, each message is handled and deleted by itself. */
export const messageQueueToolkit: StartPolling = ({ sqs }, queueUrl, onEvent) => {
  const handlers = new MessageHandlerConfigBuilder<OrderEnvelope, Context>()
    .addConfig(envelope, async () => {
      onEvent();
      return { result: "success" };
    })
    .build();
  const consumer = new OrderConsumer(
    {
      sqsClient: sqs,
      logger,
      errorReporter: { report: nothing },
      consumerErrorResolver: new SqsConsumerErrorResolver(),
      transactionObservabilityManager: {
        start: nothing,
        startWithGroup: nothing,
        stop: nothing,
        addCustomAttributes: nothing,
      },
    },
    {
      handlers,
      messageTypeResolver: { messageTypePath: "type" },
      messageIdField: "id",
      messageTimestampField: "time",
      locatorConfig: { queueUrl },
      consumerOverrides: { batchSize: 10, waitTimeSeconds: 1 },
      concurrentConsumersAmount: CONSUMERS,
    },
  );
  const started = consumer.start();
  return async () => {
    await started;
    await consumer.close();
  };
};
