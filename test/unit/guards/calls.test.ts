import { setImmediate } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { consume, createPublisher, dynamoDbStore, poll } from "../../../lib/index.ts";
import { context, contract, intercept, OFFLINE, records, silent } from "./support.ts";

/** A consumer on a store and an SQS that always succeed, and the calls that it makes. */
function consumer(fails: (n: number) => boolean = () => false) {
  const dynamodb = new DynamoDBClient(OFFLINE);
  const storeCalls = intercept(dynamodb, (_command, input) => ({
    Responses: "Statements" in input && Array.isArray(input.Statements) ? input.Statements.map(() => ({})) : [],
  }));
  const sqs = new SQSClient(OFFLINE);
  const sqsCalls = intercept(sqs, () => ({ Successful: [], Failed: [] }));
  const handler = consume(
    contract,
    {
      Placed: async ({ n }) => {
        if (fails(n)) {
          throw new Error("meant to fail");
        }
      },
    },
    {
      consumer: "billing",
      logger: silent,
      store: dynamoDbStore({ table: "idempotency", client: dynamodb }),
      clients: { sqs },
    },
  );
  return { handler, storeCalls, sqsCalls };
}

describe("calls of the idempotency store", () => {
  test.each([1, 10, 25, 26, 100, 1_000])("%i records: two for each 25", async (count) => {
    const { handler, storeCalls, sqsCalls } = consumer();
    expect(await handler({ Records: records(count) }, context())).toEqual({ batchItemFailures: [] });
    expect(storeCalls.length).toBe(2 * Math.ceil(count / 25));
    expect(new Set(storeCalls)).toEqual(new Set(["BatchExecuteStatementCommand"]));
    expect(sqsCalls).toEqual([]);
  });

  test("a FIFO batch: one claim, one completion", async () => {
    const { handler, storeCalls } = consumer();
    await handler({ Records: records(10, 3) }, context());
    expect(storeCalls.length).toBe(2);
  });

  test("with failures: releases are batched like completions, and backoff goes 10 a call", async () => {
    const { handler, storeCalls, sqsCalls } = consumer((n) => n % 4 === 0);
    const answer = await handler({ Records: records(100) }, context());
    expect(answer.batchItemFailures).toHaveLength(25);
    // 4 claims; 75 completions and 25 releases, each in calls that may be cut short once by the linger.
    expect(storeCalls.length).toBeLessThanOrEqual(4 + (3 + 1) + (1 + 1));
    expect(sqsCalls).toEqual(new Array(3).fill("ChangeMessageVisibilityBatchCommand"));
  });
});

describe("calls of the poller", () => {
  test("handlers that take their time: a receive for each 10 messages", async () => {
    const messages = records(100).map(({ messageId, receiptHandle, body }) => ({
      MessageId: messageId,
      ReceiptHandle: receiptHandle,
      Body: body,
    }));
    const asked: number[] = [];
    const sqs = new SQSClient(OFFLINE);
    // As a network does, it answers no call in the turn of the event loop in which it was made.
    sqs.middlewareStack.add((next) => async (args) => await setImmediate().then(() => next(args)), {
      step: "initialize",
      priority: "high",
    });
    const calls = intercept(sqs, (command, input) => {
      if (command === "GetQueueAttributesCommand") {
        return { Attributes: { QueueArn: "arn:aws:sqs:eu:1:orders" } };
      }
      const most = "MaxNumberOfMessages" in input ? Number(input.MaxNumberOfMessages) : 0;
      if (most > 0 && messages.length > 0) {
        asked.push(most);
      }
      const entries = "Entries" in input && Array.isArray(input.Entries) ? input.Entries : [];
      return { Messages: messages.splice(0, most), Successful: entries.map(({ Id }: { Id: string }) => ({ Id })) };
    });
    let handled = 0;
    const all = Promise.withResolvers<void>();
    // They end one by one, so that there is room for one message after another.
    let turn = Promise.resolve();
    const Placed = async () => {
      turn = turn.then(() => setImmediate());
      await turn;
      handled += 1;
      if (handled === 100) {
        all.resolve();
      }
    };
    const poller = poll(
      contract,
      { Placed },
      { queueUrl: "https://sqs/orders", logger: silent, handleSignals: false, waitTimeSeconds: 0, clients: { sqs } },
    );
    await all.promise;
    await poller.stop();
    expect(asked).toEqual(new Array(10).fill(10));
    expect(calls.filter((call) => call === "DeleteMessageBatchCommand").length).toBeLessThanOrEqual(20);
  });
});

describe("calls of the publisher", () => {
  test.each([1, 10, 11, 95, 1_000])("%i small events: one for each 10", async (count) => {
    const sns = new SNSClient(OFFLINE);
    const calls = intercept(sns, (_command, input) => ({
      Successful:
        "PublishBatchRequestEntries" in input && Array.isArray(input.PublishBatchRequestEntries)
          ? input.PublishBatchRequestEntries.map(({ Id }) => ({ Id, MessageId: "m" }))
          : [],
    }));
    const publish = createPublisher(contract, {
      target: "arn:aws:sns:eu-central-1:123456789012:orders",
      clients: { sns },
    });
    await Promise.all(Array.from({ length: count }, (_, n) => publish("Placed", { n })));
    expect(calls).toEqual(new Array(Math.ceil(count / 10)).fill("PublishBatchCommand"));
  });
});
