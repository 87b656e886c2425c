import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { poll } from "fanfare";
import { Consumer } from "sqs-consumer";
import { contract, orderSchema } from "../support/contract.ts";
import type { Queues } from "../support/queues.ts";

/** Consumes a queue until it is told to stop. */
export type StartPolling = (queues: Queues, queueUrl: string, onEvent: () => void) => () => Promise<void>;

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Loops of a service: each receives, handles and deletes 10 at a time. */
const LOOPS = 2;

/** Long polls by hand. The floor. */
export const rawPolling: StartPolling = ({ sqs }, QueueUrl, onEvent) => {
  const stop = new AbortController();
  const loop = async () => {
    while (!stop.signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const message of Messages) {
        orderSchema.parse(JSON.parse(message.Body ?? "").data);
        onEvent();
      }
      if (Messages.length === 0) {
        continue;
      }
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  const done = Promise.all(Array.from({ length: LOOPS }, loop));
  return async () => {
    stop.abort();
    await done;
  };
};

/** sqs-consumer with batches, as its documentation recommends for throughput; one consumer is one loop. */
export const sqsConsumer: StartPolling = ({ sqs }, queueUrl, onEvent) => {
  const consumers = Array.from({ length: LOOPS }, () =>
    Consumer.create({
      queueUrl,
      sqs,
      batchSize: 10,
      waitTimeSeconds: 1,
      handleMessageBatch: async (messages) => {
        for (const message of messages) {
          orderSchema.parse(JSON.parse(message.Body ?? "").data);
          onEvent();
        }
        return messages;
      },
    }),
  );
  for (const consumer of consumers) {
    consumer.start();
  }
  return async () => {
    const stopped = consumers.map(
      (consumer) => new Promise<void>((resolve) => consumer.once("stopped", () => resolve())),
    );
    for (const consumer of consumers) {
      consumer.stop();
    }
    await Promise.all(stopped);
  };
};

/** Fanfare's poller, at least once, as the others. */
export const fanfarePolling: StartPolling = ({ sqs }, queueUrl, onEvent) => {
  const poller = poll(
    contract,
    { OrderPlaced: async () => onEvent() },
    {
      queueUrl,
      consumer: "bench",
      guarantee: "at-least-once",
      waitTimeSeconds: 1,
      handleSignals: false,
      logger: silent,
      clients: { sqs },
    },
  );
  return () => poller.stop();
};
