import { z } from "zod";
import { orderSchema } from "../support/contract.ts";
import type { Queues } from "../support/queues.ts";
import type { StartPolling } from "./polling.ts";

/** Of `@message-queue-toolkit/sqs` what is used here. It is not a dependency, so that its types are not there. */
interface Toolkit {
  readonly AbstractSqsConsumer: new (...parts: readonly unknown[]) => ToolkitConsumer;
}

interface ToolkitConsumer {
  start(): Promise<void>;
  close(): Promise<void>;
}

interface ToolkitCore {
  readonly MessageHandlerConfigBuilder: new () => {
    addConfig(schema: unknown, handle: () => Promise<{ result: "success" }>): { build(): unknown };
  };
}

/**
 * The consumer of message-queue-toolkit, or `undefined` where it is not installed: `npm install --no-save
 * @message-queue-toolkit/sqs@24.2.1 @message-queue-toolkit/core@25.4.0`.
 */
export async function messageQueueToolkit(): Promise<StartPolling | undefined> {
  const [toolkit, core] = await Promise.all([
    load<Toolkit>("@message-queue-toolkit/sqs"),
    load<ToolkitCore>("@message-queue-toolkit/core"),
  ]);
  if (toolkit === undefined || core === undefined) return undefined;
  return (queues, queueUrl, onEvent) => start(toolkit, core, queues, queueUrl, onEvent);
}

async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

const envelope = z.looseObject({ id: z.string(), type: z.literal("bench.OrderPlaced"), data: orderSchema });
const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing, trace: nothing };

function start(toolkit: Toolkit, core: ToolkitCore, { sqs }: Queues, queueUrl: string, onEvent: () => void) {
  const handlers = new core.MessageHandlerConfigBuilder()
    .addConfig(envelope, async () => {
      onEvent();
      return { result: "success" };
    })
    .build();
  const consumer = new toolkit.AbstractSqsConsumer(
    {
      sqsClient: sqs,
      logger: { ...silent, child: () => silent, level: "silent", isLevelEnabled: () => false },
      errorReporter: { report: nothing },
      consumerErrorResolver: { processError: (error: unknown) => error },
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
      messageTypeField: "type",
      messageIdField: "id",
      messageTimestampField: "time",
      locatorConfig: { queueUrl },
      consumerOverrides: { batchSize: 10, waitTimeSeconds: 1 },
      concurrentConsumersAmount: 2,
    },
    {},
  );
  const started = consumer.start();
  return async () => {
    await started;
    await consumer.close();
  };
}
