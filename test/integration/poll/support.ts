import { randomUUID } from "node:crypto";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import { defineContract, event, type Logger, type Poller, type PollOptions, poll } from "../../../lib/index.ts";
import { startServer } from "../../../lib/local/server/index.ts";

export const contract = defineContract("polled", { Thing: event({ schema: z.object({ n: z.number() }) }) });

type Handle = (n: number, signal: AbortSignal) => unknown;

/** Waits until something holds, with a deadline. @param what what is waited for; as a function, with what is there instead */
export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain until ${typeof what === "string" ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A promise that a test settles. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A local server with queues, and pollers that are stopped with it. */
export class World {
  readonly endpoint: string;
  readonly sqs: SQSClient;
  readonly #close: () => Promise<void>;
  readonly #clients: SQSClient[] = [];
  readonly #pollers: Poller[] = [];

  private constructor(endpoint: string, close: () => Promise<void>) {
    this.endpoint = endpoint;
    this.#close = close;
    this.sqs = this.client();
  }

  static async start(): Promise<World> {
    const server = await startServer();
    return new World(server.endpoint, () => server.close());
  }

  client(): SQSClient {
    const client = new SQSClient({
      endpoint: this.endpoint,
      useQueueUrlAsEndpoint: false,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    this.#clients.push(client);
    return client;
  }

  async queue(fifo = false): Promise<string> {
    const answer = await this.sqs.send(
      new CreateQueueCommand({
        QueueName: `q-${randomUUID()}${fifo ? ".fifo" : ""}`,
        Attributes: { VisibilityTimeout: "600", ...(fifo ? { FifoQueue: "true" } : {}) },
      }),
    );
    return answer.QueueUrl ?? "";
  }

  /** Sends events `from`, `from + 1`, ... whose ids are their numbers. */
  async send(QueueUrl: string, numbers: readonly number[], groupOf?: (n: number) => string): Promise<void> {
    for (let at = 0; at < numbers.length; at += 10) {
      await this.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: numbers.slice(at, at + 10).map((n, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify({
              specversion: "1.0",
              id: String(n),
              source: "/test",
              type: "polled.Thing",
              data: { n },
            }),
            ...(groupOf === undefined ? {} : { MessageGroupId: groupOf(n), MessageDeduplicationId: randomUUID() }),
          })),
        }),
      );
    }
  }

  /** How many messages wait, and how many are in flight. */
  async depth(QueueUrl: string): Promise<{ visible: number; inFlight: number }> {
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return {
      visible: Number(Attributes?.ApproximateNumberOfMessages),
      inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    };
  }

  async receive(QueueUrl: string): Promise<readonly Message[]> {
    const answer = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
    );
    return answer.Messages ?? [];
  }

  poll(
    queueUrl: string,
    handle: Handle,
    options: Partial<PollOptions<typeof contract>> = {},
    sqs = this.client(),
  ): { poller: Poller; logged: { message: string; [field: string]: unknown }[] } {
    const logged: { message: string; [field: string]: unknown }[] = [];
    const write = (message: string, fields: Readonly<Record<string, unknown>>) =>
      void logged.push({ ...fields, message });
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const poller = poll(
      contract,
      {
        Thing: async ({ n }, { signal }) => {
          await handle(n, signal);
        },
      },
      { queueUrl, waitTimeSeconds: 1, handleSignals: false, clients: { sqs }, logger, backoff: false, ...options },
    );
    this.#pollers.push(poller);
    return { poller, logged };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pollers.map((poller) => poller.stop()));
    for (const client of this.#clients) {
      client.destroy();
    }
    await this.#close();
  }
}

/** Notes the calls of a client, and lets a test answer them in the service's stead. */
export function watch(
  sqs: SQSClient,
  answer: (command: string, input: Record<string, unknown>) => object | undefined = () => undefined,
): { command: string; input: Record<string, unknown> }[] {
  const calls: { command: string; input: Record<string, unknown> }[] = [];
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const call = { command: String(commandName), input: { ...args.input } };
        calls.push(call);
        const output = answer(call.command, call.input);
        return output === undefined ? await next(args) : { response: {}, output: { $metadata: {}, ...output } };
      },
    { step: "initialize", name: "watch" },
  );
  return calls;
}
