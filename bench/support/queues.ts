import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CreateTopicCommand, PublishBatchCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";

const ready = z.object({ kind: z.literal("ready"), endpoint: z.string() });
const memory = z.object({ kind: z.literal("memory"), heapUsed: z.number(), rss: z.number() });

/** Calls under way at once when a queue is filled. */
const FILLERS = 4;

/** SNS and SQS: the local runtime's in a separate process, or those of another emulator. */
export class Queues {
  readonly #process: ChildProcess | undefined;
  readonly endpoint: string;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;

  private constructor(endpoint: string, process?: ChildProcess) {
    this.#process = process;
    this.endpoint = endpoint;
    const account = {
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      endpoint,
    };
    this.sqs = new SQSClient({ ...account, useQueueUrlAsEndpoint: false });
    this.sns = new SNSClient(account);
  }

  static async start(): Promise<Queues> {
    const main = fileURLToPath(new URL("queues-main.ts", import.meta.url));
    const child = fork(main, { execArgv: ["--expose-gc"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [message] = await once(child, "message");
    return new Queues(ready.parse(message).endpoint, child);
  }

  /** Those of an emulator that is running. */
  static at(endpoint: string): Queues {
    return new Queues(endpoint);
  }

  /** @param attributes besides a visibility timeout that outlasts every measurement */
  async createQueue(name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
    const { QueueUrl = "" } = await this.sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: "600", ...attributes } }),
    );
    return QueueUrl;
  }

  /** Messages in a queue that can be received. */
  async depth(QueueUrl: string): Promise<number> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  }

  /** A topic that delivers to new queues. */
  async createTopic(name: string, subscribers: number): Promise<{ topic: string; queues: readonly string[] }> {
    const { TopicArn = "" } = await this.sns.send(new CreateTopicCommand({ Name: name }));
    const queues: string[] = [];
    for (let index = 0; index < subscribers; index++) {
      const queue = `${name}-${index}`;
      queues.push(await this.createQueue(queue, { Policy: allowing(TopicArn) }));
      await this.sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint: TopicArn.replace(":sns:", ":sqs:").replace(/[^:]+$/, queue),
          Attributes: { RawMessageDelivery: "true" },
        }),
      );
    }
    return { topic: TopicArn, queues };
  }

  /** Publishes bodies, 10 per call. */
  async publish(TopicArn: string, bodies: readonly string[]): Promise<void> {
    await inTens(bodies, async (tens) => {
      const PublishBatchRequestEntries = tens.map((Message, index) => ({ Id: String(index), Message }));
      await this.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    });
  }

  /** Sends bodies, 10 per call. */
  async send(QueueUrl: string, bodies: readonly string[]): Promise<void> {
    await inTens(bodies, async (tens) => {
      const Entries = tens.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await this.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    });
  }

  /** Bytes that the server has in use, after a collection. */
  async memory(): Promise<{ readonly heapUsed: number; readonly rss: number }> {
    if (this.#process === undefined) {
      throw new Error(`the server at ${this.endpoint} is not ours: its memory is not known`);
    }
    const answered = once(this.#process, "message");
    this.#process.send("memory");
    const [message] = await answered;
    return memory.parse(message);
  }

  async stop(): Promise<void> {
    this.sqs.destroy();
    this.sns.destroy();
    if (this.#process !== undefined) {
      const exited = once(this.#process, "exit");
      this.#process.disconnect();
      await exited;
    }
  }
}

/** Without a policy a queue takes nothing from a topic, here as in AWS. */
function allowing(topicArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  });
}

async function inTens(bodies: readonly string[], call: (tens: readonly string[]) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < bodies.length) {
      const at = next;
      next += 10;
      await call(bodies.slice(at, at + 10));
    }
  };
  await Promise.all(Array.from({ length: FILLERS }, worker));
}
