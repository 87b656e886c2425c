import fc from "fast-check";
import { AwsError } from "../../../../lib/local/engine/index.ts";
import type { DurableEngine } from "../../../../lib/local/journal/index.ts";
import { CONTEXT, type TestClock } from "./support.ts";

/** What clients do to the engine, and time passing. Numbers choose among what is there. */
export type Step =
  | { readonly do: "send" | "sendFifo" | "publish" | "publishFifo"; readonly text: string; readonly choice: number }
  | { readonly do: "receive"; readonly choice: number; readonly count: number; readonly visibility: number }
  | { readonly do: "delete" | "delay"; readonly choice: number }
  | { readonly do: "put"; readonly choice: number; readonly bytes: number }
  | { readonly do: "remove" | "copy" | "upload" | "look" | "redrive" | "refused"; readonly choice: number }
  | { readonly do: "wait"; readonly seconds: number };

const choice = fc.nat(1_000);
const text = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme-ascii" });

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom("send", "sendFifo", "publish", "publishFifo"),
        text,
        choice,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("receive"),
        choice,
        count: fc.integer({ min: 1, max: 10 }),
        visibility: fc.nat(20),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("delete", "delay"), choice }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("put"),
        choice,
        bytes: fc.constantFrom(0, 10, 30_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom("remove", "copy", "upload", "look", "redrive", "refused"),
        choice,
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), seconds: fc.nat(40) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

const arn = (service: string, name: string): string =>
  `arn:aws:${service}:${CONTEXT.region}:${CONTEXT.accountId}:${name}`;
const QUEUES = ["work", "letters", "work.fifo", "letters.fifo"] as const;
const KEYS = ["a", "b/c", "d e"] as const;

/** Queues with dead-letter queues, topics that deliver to them, a bucket that notifies one. */
export function setUp({ sqs, sns, s3 }: DurableEngine): void {
  for (const name of QUEUES) {
    const fifo = name.endsWith(".fifo");
    const letters = `letters${fifo ? ".fifo" : ""}`;
    sqs.call(CONTEXT, "CreateQueue", {
      QueueName: name,
      Attributes: {
        ...(fifo ? { FifoQueue: "true" } : {}),
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: arn("sqs", name) }],
        }),
      },
    });
    if (name !== letters) {
      continue;
    }
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("sqs", letters), maxReceiveCount: 2 });
    sqs.call(CONTEXT, "SetQueueAttributes", {
      QueueUrl: url(fifo ? "work.fifo" : "work"),
      Attributes: { RedrivePolicy },
    });
  }
  for (const [topic, Attributes] of [
    ["news", {}],
    ["news.fifo", { FifoTopic: "true" }],
  ] as const) {
    sns.call(CONTEXT, "CreateTopic", { Name: topic, Attributes });
    sns.call(CONTEXT, "Subscribe", {
      TopicArn: arn("sns", topic),
      Protocol: "sqs",
      Endpoint: arn("sqs", topic === "news" ? "work" : "work.fifo"),
    });
  }
  s3.call(CONTEXT, "CreateBucket", { Bucket: "bucket" });
  s3.call(CONTEXT, "PutBucketLifecycleConfiguration", {
    Bucket: "bucket",
    LifecycleConfiguration: {
      Rules: [
        {
          ID: "r",
          Status: "Enabled",
          Filter: { Prefix: "old/" },
          Expiration: { Date: new Date("2027-01-01T00:00:00Z") },
        },
      ],
    },
  });
  s3.call(CONTEXT, "PutBucketNotificationConfiguration", {
    Bucket: "bucket",
    NotificationConfiguration: {
      QueueConfigurations: [{ QueueArn: arn("sqs", "work"), Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
    },
  });
}

/** Does steps, one after the other; what the engine refuses is part of the game. */
export class Actor {
  readonly #engine: DurableEngine;
  readonly #clock: TestClock;
  readonly #receipts: { QueueUrl: string; ReceiptHandle: string }[] = [];

  constructor(engine: DurableEngine, clock: TestClock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  act(step: Step): void {
    this.#clock.now += 7;
    try {
      this.#do(step);
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
    }
  }

  #do(step: Step): void {
    const { sqs, sns, s3 } = this.#engine;
    switch (step.do) {
      case "send":
        sqs.call(CONTEXT, "SendMessage", {
          QueueUrl: url("work"),
          MessageBody: step.text,
          DelaySeconds: step.choice % 4,
          MessageAttributes: {
            $bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, step.choice % 256, 255]) },
          },
        });
        break;
      case "sendFifo":
        sqs.call(CONTEXT, "SendMessageBatch", {
          QueueUrl: url("work.fifo"),
          Entries: ["one", "two"].map((Id) => ({
            Id,
            MessageBody: step.text,
            MessageGroupId: `group-${step.choice % 3}`,
            MessageDeduplicationId: `${Id}-${step.choice % 20}`,
          })),
        });
        break;
      case "publish":
        sns.call(CONTEXT, "Publish", { TopicArn: arn("sns", "news"), Message: step.text });
        break;
      case "publishFifo":
        sns.call(CONTEXT, "Publish", {
          TopicArn: arn("sns", "news.fifo"),
          Message: step.text,
          MessageGroupId: `group-${step.choice % 3}`,
          MessageDeduplicationId: String(step.choice % 20),
        });
        break;
      case "receive": {
        const QueueUrl = url(pick(QUEUES, step.choice));
        const { Messages = [] } = sqs.call(CONTEXT, "ReceiveMessage", {
          QueueUrl,
          MaxNumberOfMessages: step.count,
          VisibilityTimeout: step.visibility,
        });
        this.#receipts.push(...Messages.map(({ ReceiptHandle = "" }) => ({ QueueUrl, ReceiptHandle })));
        break;
      }
      case "delete":
        sqs.call(CONTEXT, "DeleteMessage", this.#receipt(step.choice));
        break;
      case "delay":
        sqs.call(CONTEXT, "ChangeMessageVisibility", {
          ...this.#receipt(step.choice),
          VisibilityTimeout: step.choice % 30,
        });
        break;
      case "put":
        s3.call(CONTEXT, "PutObject", {
          Bucket: "bucket",
          Key: pick(KEYS, step.choice),
          Body: new Uint8Array(step.bytes).fill(step.choice),
          Metadata: { choice: String(step.choice) },
        });
        break;
      case "remove":
        s3.call(CONTEXT, "DeleteObject", { Bucket: "bucket", Key: pick(KEYS, step.choice) });
        break;
      case "copy":
        s3.call(CONTEXT, "CopyObject", {
          Bucket: "bucket",
          Key: "copied",
          CopySource: `bucket/${pick(KEYS, step.choice)}`,
        });
        break;
      case "upload": {
        const to = { Bucket: "bucket", Key: "large" };
        const { UploadId } = s3.call(CONTEXT, "CreateMultipartUpload", to);
        s3.call(CONTEXT, "UploadPart", {
          ...to,
          UploadId,
          PartNumber: 1,
          Body: new Uint8Array(20_000).fill(step.choice),
        });
        break;
      }
      case "look":
        sqs.call(CONTEXT, "GetQueueAttributes", { QueueUrl: url(pick(QUEUES, step.choice)), AttributeNames: ["All"] });
        sqs.nextChangeAt(arn("sqs", pick(QUEUES, step.choice)));
        break;
      case "redrive":
        sqs.call(CONTEXT, "StartMessageMoveTask", {
          SourceArn: arn("sqs", step.choice % 2 === 0 ? "letters" : "letters.fifo"),
          ...(step.choice % 3 === 0 ? { MaxNumberOfMessagesPerSecond: 1 } : {}),
        });
        break;
      case "refused":
        sqs.call(CONTEXT, "SendMessage", { QueueUrl: url("nowhere"), MessageBody: "x" });
        break;
      case "wait":
        this.#clock.now += step.seconds * 1_000;
        break;
    }
  }

  #receipt(at: number): { QueueUrl: string; ReceiptHandle: string } {
    return this.#receipts[at % Math.max(1, this.#receipts.length)] ?? { QueueUrl: url("work"), ReceiptHandle: "none" };
  }
}

function url(name: string): string {
  return `http://localhost/${CONTEXT.accountId}/${name}`;
}

function pick<Item>(items: readonly [Item, ...Item[]], index: number): Item {
  return items[index % items.length] ?? items[0];
}
