import type {
  Message,
  QueueAttributeName,
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { AwsError, type CallContext } from "../../../../../lib/local/engine/kernel/index.ts";
import {
  SqsEngine,
  type SqsOperation,
  type SqsOperations,
  type SqsOptions,
} from "../../../../../lib/local/engine/sqs/index.ts";

export const CONTEXT: CallContext = { region: "eu-central-1", accountId: "123456789012" };
export const START = Date.UTC(2026, 10, 21, 12);

type Attributes = Partial<Record<QueueAttributeName, string>>;
/** A received message with the parts that are always there. */
export type Received = Message & { MessageId: string; ReceiptHandle: string; Body: string };

/** An engine on a clock that the test moves, with short forms of the usual calls. */
export class Bench {
  now = START;
  readonly engine: SqsEngine;
  readonly #random = generator(42);

  constructor(options: Omit<SqsOptions, "environment"> = {}) {
    this.engine = new SqsEngine({ ...options, environment: this.environment });
  }

  get environment() {
    return { now: () => this.now, random: () => this.#random() };
  }

  call<O extends SqsOperation>(operation: O, input: SqsOperations[O]["input"], context = CONTEXT) {
    return this.engine.call(context, operation, input);
  }

  wait(seconds: number): void {
    this.now += seconds * 1_000;
  }

  create(name: string, attributes?: Attributes, context = CONTEXT): string {
    return text(this.call("CreateQueue", { QueueName: name, Attributes: attributes }, context).QueueUrl);
  }

  fifo(name: string, attributes?: Attributes): string {
    return this.create(name, { FifoQueue: "true", ContentBasedDeduplication: "true", ...attributes });
  }

  arn(url: string): string {
    return this.engine.resolveQueueUrl(CONTEXT, url);
  }

  send(url: string, body: string, more: Partial<SendMessageCommandInput> = {}) {
    return this.call("SendMessage", { QueueUrl: url, MessageBody: body, ...more });
  }

  /** Sends to a group, each message under its own deduplication id. */
  sendGroup(url: string, group: string, ...bodies: string[]): void {
    for (const body of bodies) {
      this.send(url, body, { MessageGroupId: group, MessageDeduplicationId: `${group}-${body}-${this.now}` });
    }
  }

  receive(url: string, more: Partial<ReceiveMessageCommandInput> = {}): Received[] {
    const input = { QueueUrl: url, MaxNumberOfMessages: 10, ...more };
    return (this.call("ReceiveMessage", input).Messages ?? []).map((message) => ({
      ...message,
      MessageId: text(message.MessageId),
      ReceiptHandle: text(message.ReceiptHandle),
      Body: text(message.Body),
    }));
  }

  receiveOne(url: string, more: Partial<ReceiveMessageCommandInput> = {}): Received {
    const [message] = this.receive(url, { MaxNumberOfMessages: 1, ...more });
    if (message === undefined) {
      throw new Error("no message was there to be received");
    }
    return message;
  }

  /** The bodies of one receive. */
  bodies(url: string, more: Partial<ReceiveMessageCommandInput> = {}): string[] {
    return this.receive(url, more).map((message) => message.Body);
  }

  delete(url: string, handle: string): void {
    this.call("DeleteMessage", { QueueUrl: url, ReceiptHandle: handle });
  }

  visibility(url: string, handle: string, seconds: number): void {
    this.call("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds });
  }

  attributes(url: string): Attributes {
    return this.call("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["All"] }).Attributes ?? {};
  }

  /** Visible, in flight, delayed. */
  counts(url: string): [number, number, number] {
    const all = this.attributes(url);
    return [
      Number(all.ApproximateNumberOfMessages),
      Number(all.ApproximateNumberOfMessagesNotVisible),
      Number(all.ApproximateNumberOfMessagesDelayed),
    ];
  }
}

export function redrive(targetArn: string, maxReceiveCount: number): Attributes {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: targetArn, maxReceiveCount }) };
}

/** The error that the call throws; fails when it throws none or another kind. */
export function awsError(work: () => unknown): AwsError {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) {
      return error;
    }
    throw error;
  }
  throw new Error("an AwsError was expected, but the call succeeded");
}

export function text(value: string | undefined): string {
  if (value === undefined) {
    throw new Error("a text was expected, but nothing was there");
  }
  return value;
}

/** A seeded generator of numbers in [0, 1): xorshift. */
export function generator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
