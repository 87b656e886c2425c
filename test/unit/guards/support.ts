import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { defineContract, event, type InvocationContext, type Logger, type SqsRecord } from "../../../lib/index.ts";

export const contract = defineContract("orders", {
  Placed: event({ schema: z.object({ n: z.number() }), group: ({ n }) => `g-${n % 10}` }),
});

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Records with an event each; of a FIFO queue when a number of groups is given. */
export function records(count: number, groups?: number): SqsRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    messageId: `m-${n}`,
    receiptHandle: `r-${n}`,
    body: JSON.stringify({ specversion: "1.0", id: `e-${n}`, source: "/shop", type: "orders.Placed", data: { n } }),
    attributes: {
      ApproximateReceiveCount: "1",
      ...(groups === undefined ? {} : { MessageGroupId: `g-${n % groups}` }),
    },
    messageAttributes: {},
    eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:orders${groups === undefined ? "" : ".fifo"}`,
  }));
}

export function context(): InvocationContext {
  return { awsRequestId: "request", functionName: "function", getRemainingTimeInMillis: () => 60_000 };
}

type Client = DynamoDBClient | S3Client | SNSClient | SQSClient;

/**
 * Answers a real client's commands before anything is sent, and answers the names of those that were called, in order.
 *
 * @param answer makes the output of a command
 */
export function intercept(client: Client, answer: (command: string, input: object) => object): string[] {
  const calls: string[] = [];
  // The four clients' stacks differ only in the types of their inputs and outputs.
  const stack: { add(middleware: unknown, options: object): void } = client.middlewareStack;
  stack.add(
    (_next: unknown, { commandName = "" }: { commandName?: string }) =>
      async ({ input }: { input: object }) => {
        calls.push(commandName);
        return { output: answer(commandName, input), response: {} };
      },
    { step: "initialize", priority: "high" },
  );
  return calls;
}

/** Settings of a client that never sends. */
export const OFFLINE = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
