import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { build } from "esbuild";
import { type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import { type Cloud, connect, discoverFleet, type Fleet, readManifest } from "../../../lib/ops/index.ts";
import {
  getAtt,
  mapping,
  nodeFunction,
  type Resource,
  ref,
  type StackFixture,
  writeAssembly,
} from "../local/runtime/assembly.ts";

/** How the shop of a test is made. */
export interface ShopOptions {
  readonly fifo?: boolean;
  readonly guarantee?: "at-least-once" | "exactly-once";
  /** Whether a function polls the queue. @default true */
  readonly polled?: boolean;
  /** Name of the consumer. @default "shop.Billing" */
  readonly consumer?: string;
  /** More variables of the function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the queue's policy lets SNS send. @default true */
  readonly allowed?: boolean;
  /** Where clients go, instead of to the server itself. */
  readonly clientEndpoint?: string;
}

const bundles = new Map<string, Promise<string>>();

/** The bundle of a module in `handlers/`, made once. */
export function bundled(handler: string): Promise<string> {
  const known = bundles.get(handler) ?? bundle(handler);
  bundles.set(handler, known);
  return known;
}

function bundle(handler: string): Promise<string> {
  return build({
    entryPoints: [resolve(import.meta.dirname, `handlers/${handler}.ts`)],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["@fanfare/source"],
    external: ["@aws-sdk/*", "@smithy/*"],
    write: false,
    logLevel: "silent",
  }).then(({ outputFiles: [file] }) => file?.text ?? "");
}

/** The stack of a shop: a topic, and the subscriber Orders/Billing with everything that it needs. */
export async function shopStack(state: string, options: ShopOptions = {}): Promise<StackFixture> {
  const { fifo = false, guarantee = "exactly-once", polled = true, allowed = true } = options;
  const { consumer = "shop.Billing", environment = {} } = options;
  const suffix = fifo ? ".fifo" : "";
  const typed = fifo ? { FifoQueue: true } : {};
  const named = (name: string) => `shop-${name}${suffix}`;
  const resources: Record<string, Resource> = {
    Topic: {
      Type: "AWS::SNS::Topic",
      Properties: { TopicName: named("orders"), ...(fifo ? { FifoTopic: true } : {}) },
    },
    Dead: {
      Type: "AWS::SQS::Queue",
      Properties: { QueueName: named("billing-dlq"), ...typed, MessageRetentionPeriod: 1_209_600 },
    },
    Undelivered: { Type: "AWS::SQS::Queue", Properties: { QueueName: named("billing-undelivered"), ...typed } },
    Work: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: named("billing"),
        ...typed,
        VisibilityTimeout: 20,
        RedrivePolicy: { deadLetterTargetArn: getAtt("Dead"), maxReceiveCount: 5 },
      },
    },
    Policy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [...(allowed ? [ref("Work")] : []), ref("Undelivered")],
        PolicyDocument: {
          Statement: [
            { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
          ],
        },
      },
    },
    Subscription: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: ref("Topic"),
        Protocol: "sqs",
        Endpoint: getAtt("Work"),
        RawMessageDelivery: true,
        FilterPolicy: { type: ["shop.OrderPlaced"] },
        RedrivePolicy: { deadLetterTargetArn: getAtt("Undelivered") },
      },
    },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "shop-idempotency",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      },
    },
  };
  if (polled) {
    resources.Fn = nodeFunction("orders", {
      Timeout: 10,
      FunctionName: "shop-billing",
      Environment: {
        Variables: {
          STATE: state,
          ...environment,
          FANFARE_CONSUMER: consumer,
          FANFARE_GUARANTEE: guarantee,
          FANFARE_DEAD_LETTER_QUEUES: {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation replaces it.
            "Fn::Sub": '{"${Work.Arn}":{"url":"${Dead}","maxReceiveCount":5}}',
          },
          ...(guarantee === "exactly-once" ? { FANFARE_IDEMPOTENCY_TABLE: ref("Table") } : {}),
        },
      },
    });
    resources.Map = mapping("Work", "Fn");
  }
  return {
    resources,
    bundles: polled ? { orders: await bundled("orders") } : {},
    template: {
      Metadata: {
        Fanfare: {
          version: 1,
          subscribers: [
            {
              name: "Orders/Billing",
              contract: "shop",
              consumer,
              guarantee,
              queue: named("billing"),
              deadLetterQueue: named("billing-dlq"),
              subscriptionDeadLetterQueue: named("billing-undelivered"),
              topic: named("orders"),
              filterPolicy: { type: ["shop.OrderPlaced"] },
              retentionSeconds: 345_600,
              deadLetterRetentionSeconds: 1_209_600,
              maxReceiveCount: 5,
              sensitive: { "shop.OrderPlaced": ["card"] },
              polled,
            },
          ],
        },
      },
    },
  };
}

/** A shop that runs, with the operators' view of it. */
export class Shop implements AsyncDisposable {
  readonly runtime: LocalRuntime;
  readonly cloud: Cloud;
  readonly sqs: SQSClient;
  /** Lines that functions wrote. */
  readonly logs: readonly string[];
  readonly #state: string;
  readonly #assembly: string;

  constructor(parts: { runtime: LocalRuntime; state: string; assembly: string; logs: readonly string[] }) {
    this.runtime = parts.runtime;
    this.logs = parts.logs;
    this.#state = parts.state;
    this.#assembly = parts.assembly;
    const place = {
      endpoint: parts.runtime.endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    this.cloud = connect({ ...place, dynamoDbEndpoint: parts.runtime.dynamoDbEndpoint });
    this.sqs = new SQSClient({ ...place, useQueueUrlAsEndpoint: false });
  }

  static async start(options: ShopOptions = {}): Promise<Shop> {
    const state = mkdtempSync(join(tmpdir(), "fanfare-shop-"));
    mkdirSync(state, { recursive: true });
    const assembly = writeAssembly({ Shop: await shopStack(state, options) });
    const logs: string[] = [];
    const runtime = await startLocalRuntime({ assembly, onLog: ({ line }) => logs.push(line) });
    return new Shop({ runtime, state, assembly, logs });
  }

  /** Deploys the stack again, with other options. Queues keep their messages. */
  async deploy(options: ShopOptions, assembly: string): Promise<void> {
    writeAssembly({ Shop: await shopStack(this.#state, options) }, assembly);
    await this.runtime.reload(assembly);
  }

  get manifests() {
    return this.runtime.deployment.metadata.flatMap((metadata) => readManifest(metadata) ?? []);
  }

  fleet(): Promise<Fleet> {
    return discoverFleet(this.cloud, { manifests: this.manifests });
  }

  url(logicalId: string): string {
    return this.runtime.deployment.find(logicalId).physicalId;
  }

  /** What the handler does: `declined`, `odd`, `some`, `type`, `down`, or nothing wrong. */
  break(how: "declined" | "odd" | "some" | "type" | "down" | undefined): void {
    const file = join(this.#state, "broken");
    if (how === undefined) {
      rmSync(file, { force: true });
    } else {
      writeFileSync(file, how);
    }
  }

  /** Ids of the orders that were charged, in order. */
  get effects(): readonly string[] {
    const file = join(this.#state, "effects");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }

  /** Puts orders into a queue. `more` are attributes of every message. */
  async send(
    logicalId: string,
    orderIds: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const QueueUrl = this.url(logicalId);
    for (let at = 0; at < orderIds.length; at += 10) {
      const Entries = orderIds.slice(at, at + 10).map((orderId, index) => ({
        Id: String(index),
        MessageBody: orderBody(orderId, at + index),
        MessageAttributes: Object.fromEntries(
          Object.entries({ type: "shop.OrderPlaced", ...more }).map(([name, value]) => [
            name,
            { DataType: "String", StringValue: value },
          ]),
        ),
        ...(QueueUrl.endsWith(".fifo")
          ? { MessageGroupId: orderId.split("-")[0] ?? "none", MessageDeduplicationId: `${logicalId}-${orderId}` }
          : {}),
      }));
      const { Failed = [] } = await this.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) {
        throw new Error(`not sent: ${JSON.stringify(Failed)}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sqs.destroy();
    await this.runtime.close();
    rmSync(this.#state, { recursive: true, force: true });
    rmSync(this.#assembly, { recursive: true, force: true });
  }
}

/** The sensitive field of each order: a word that no port, UUID or time contains by chance. */
export const CARD = "visa-4111-1111";

/** The CloudEvents envelope of an order. */
export function orderBody(orderId: string, total: number): string {
  return JSON.stringify({
    specversion: "1.0",
    id: `event-${orderId}`,
    source: "urn:fanfare:shop",
    type: "shop.OrderPlaced",
    time: "2026-11-29T12:00:00.000Z",
    datacontenttype: "application/json",
    data: { orderId, total, card: CARD },
  });
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`not within ${ms} ms: ${what}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
