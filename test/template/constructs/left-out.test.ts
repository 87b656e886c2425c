import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Fn, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { describe, expect, test } from "vitest";
import {
  FanoutTopic,
  HandlerFunction,
  type HandlerOptions,
  WorkQueue,
  type WorkQueueProps,
} from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { newApp } from "./support.ts";

/** Which clients a bundle asks for shows without them in it, twenty times as fast; test/integration/bundles has them in it. */
const QUICKLY = { external: ["@aws-sdk/*"], keep: ["sdk"] } as const;
const CONSUMER: HandlerOptions = { entry: "test/template/fixtures/consumer.ts", bundling: QUICKLY };

/** Synthesises an app and gives the asset's directory of the function whose logical id starts with a prefix. */
function assetOf(build: (stack: Stack) => void, prefix: string): string {
  const app = newApp({ "aws:cdk:enable-asset-metadata": true });
  const stack = new Stack(app, "Shop");
  build(stack);
  const assembly = app.synth();
  const resources: Record<string, { Type: string; Metadata?: Record<string, string> }> =
    assembly.getStackByName("Shop").template.Resources;
  const [, found] =
    Object.entries(resources).find(([id, { Type }]) => Type === "AWS::Lambda::Function" && id.startsWith(prefix)) ?? [];
  return join(assembly.directory, found?.Metadata?.["aws:asset:path"] ?? "nowhere");
}

type TopicProps = Partial<ConstructorParameters<typeof FanoutTopic<typeof orders>>[2]>;

const topicIn = (stack: Stack, props: TopicProps = {}, id = "Orders") =>
  new FanoutTopic(stack, id, { contract: orders, alarms: false, dashboard: false, ...props });

/** The AWS clients that a bundle loads for its stores, by the names of its files. */
function clientsIn(asset: string): string[] {
  const names = readdirSync(asset).join(" ");
  return [DYNAMODB, S3].filter((client) => names.includes(`${client}.sdk-`));
}

/** Imports a bundle in a Node of its own; what it throws is in the answer. */
function start(asset: string, env: Record<string, string> = {}): string {
  const url = pathToFileURL(join(asset, "index.mjs")).href;
  const script = `import(${JSON.stringify(url)}).then((made) => console.log(typeof made.handler), (error) => console.log(error.name, error.message))`;
  return execFileSync(process.execPath, ["--eval", script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
}

const DYNAMODB = "dynamodb";
const S3 = "s3";

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:billing";

/** Invokes a bundle with one message of a queue, and gives the answer or what it throws. */
function invoke(asset: string, queueArn: string): string {
  const record = {
    messageId: "m-1",
    receiptHandle: "r-1",
    body: JSON.stringify({
      specversion: "1.0",
      id: "e-1",
      source: "/shop",
      type: "orders.OrderPlaced",
      data: { orderId: "o-1", region: "eu", total: 1 },
    }),
    attributes: { ApproximateReceiveCount: "1", MessageGroupId: "o-1" },
    messageAttributes: {},
    eventSourceARN: queueArn,
  };
  const url = pathToFileURL(join(asset, "index.mjs")).href;
  const script = `import(${JSON.stringify(url)})
    .then(({ handler }) => handler({ Records: [${JSON.stringify(record)}] }))
    .then(({ batchItemFailures }) => console.log("answer", batchItemFailures), (error) => console.log(error.name, error.message));`;
  const lines = execFileSync(process.execPath, ["--eval", script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  return lines.trim().split("\n").at(-1) ?? "";
}

describe("the bundle of a handler", () => {
  test("has no S3 client where none of its queues has large payloads", () => {
    const asset = assetOf((stack) => topicIn(stack).fanOut("Billing", { handler: CONSUMER }), "OrdersBilling");
    expect(clientsIn(asset)).toEqual([DYNAMODB]);
    expect(start(asset)).toBe("function\n");
  });

  test("has the circuit's store where the handler imports the breaker, which needs the table", () => {
    const entry = "test/template/fixtures/guarded-consumer.ts";
    const guarded = assetOf(
      (stack) => topicIn(stack).fanOut("Billing", { handler: { entry, bundling: QUICKLY } }),
      "OrdersBilling",
    );
    expect(clientsIn(guarded)).toEqual([DYNAMODB]);
    const table = { FANFARE_IDEMPOTENCY_TABLE: "records", FANFARE_CONSUMER: "billing" };
    expect(start(guarded, table)).toBe("function\n");
    const without = assetOf(
      (stack) =>
        topicIn(stack).fanOut("Billing", { handler: { entry, bundling: QUICKLY }, guarantee: "at-least-once" }),
      "OrdersBilling",
    );
    expect(clientsIn(without)).toEqual([]);
    expect(start(without, { FANFARE_CONSUMER: "billing" })).toMatch(
      /^ConfigurationInvalid the circuit breaker has no store: FANFARE_IDEMPOTENCY_TABLE is not set/,
    );
    const atLeastOnce = { ...table, FANFARE_GUARANTEE: "at-least-once" };
    expect(start(without, atLeastOnce)).toMatch(
      /^ConfigurationInvalid circuitBreaker is given, .* keep: \["idempotency"\]/,
    );
  });

  test("has the S3 client where they do", () => {
    const asset = assetOf(
      (stack) => topicIn(stack, { largePayloads: true }).fanOut("Billing", { handler: CONSUMER }),
      "OrdersBilling",
    );
    expect(clientsIn(asset)).toEqual([DYNAMODB, S3]);
  });

  test("has no DynamoDB client where it is called at least once", () => {
    const asset = assetOf(
      (stack) => topicIn(stack).fanOut("Billing", { handler: CONSUMER, guarantee: "at-least-once" }),
      "OrdersBilling",
    );
    expect(clientsIn(asset)).toEqual([]);
    expect(start(asset)).toBe("function\n");
  });

  test("has what one of several queues needs", () => {
    const asset = assetOf((stack) => {
      const handler = new HandlerFunction(stack, "Both", CONSUMER);
      topicIn(stack).fanOut("A", { handler, consumer: "both", guarantee: "at-least-once" });
      const other = topicIn(stack, { largePayloads: true }, "Other");
      other.fanOut("B", {
        handler: new lambda.Alias(stack, "Live", { aliasName: "live", version: handler.currentVersion }),
        consumer: "both",
        guarantee: "at-least-once",
      });
    }, "Both");
    expect(clientsIn(asset)).toEqual([S3]);
  });

  test("has everything where the function is attached to no queue", () => {
    const asset = assetOf((stack) => void new HandlerFunction(stack, "Alone", CONSUMER), "Alone");
    expect(clientsIn(asset)).toEqual([DYNAMODB, S3]);
  });

  test("keeps what it is told to, and what the user's own variables ask for", () => {
    const kept: HandlerOptions = { ...CONSUMER, bundling: { ...QUICKLY, keep: ["sdk", "payloads", "idempotency"] } };
    const guarantee = "at-least-once";
    const told = assetOf((stack) => topicIn(stack).fanOut("Billing", { handler: kept, guarantee }), "OrdersBilling");
    expect(clientsIn(told)).toEqual([DYNAMODB, S3]);
    const own: HandlerOptions = { ...CONSUMER, environment: { FANFARE_PAYLOAD_SOURCES: "elsewhere/orders/" } };
    const asked = assetOf((stack) => topicIn(stack).fanOut("Billing", { handler: own, guarantee }), "OrdersBilling");
    expect(clientsIn(asked)).toEqual([S3]);
  });

  test("says at start-up what is missing when its code asks for it, and what to do", () => {
    const entry = "test/template/fixtures/consumer-of-payloads.ts";
    const asset = assetOf(
      (stack) => topicIn(stack).fanOut("Billing", { handler: { entry, bundling: QUICKLY } }),
      "OrdersBilling",
    );
    expect(start(asset)).toMatch(/^ConfigurationInvalid payloadSources is given, .* keep: \["payloads"\]/);
    const kept = { entry, bundling: { ...QUICKLY, keep: ["payloads"] as const } };
    expect(start(assetOf((stack) => topicIn(stack).fanOut("Billing", { handler: kept }), "OrdersBilling"))).toBe(
      "function\n",
    );
  });

  test("is the same whether or not another function needs more", () => {
    const billing = (stack: Stack) => topicIn(stack).fanOut("Billing", { handler: CONSUMER });
    const alone = readdirSync(assetOf(billing, "OrdersBilling"));
    const beside = assetOf((stack) => {
      topicIn(stack, { largePayloads: true }, "Other").fanOut("Audit", { handler: CONSUMER });
      billing(stack);
    }, "OrdersBilling");
    expect(readdirSync(beside)).toEqual(alone);
  });
});

describe("FIFO groups in the bundle of a handler", { timeout: 60_000 }, () => {
  const HANDLED = "answer []";
  const REFUSED = new RegExp(
    `^ConfigurationInvalid eventSourceARN names the FIFO queue ${QUEUE}\\.fifo, .* keep: \\["fifo"\\]`,
  );
  const guarantee = "at-least-once";
  const work = (stack: Stack, props: Partial<WorkQueueProps<typeof orders>> = {}, id = "Work") =>
    new WorkQueue(stack, id, {
      contract: orders,
      guarantee,
      handler: CONSUMER,
      alarms: false,
      dashboard: false,
      ...props,
    });

  test("are left out where all of its queues are standard, and their messages then fail the invocation", () => {
    const asset = assetOf((stack) => work(stack), "Work");
    expect(invoke(asset, QUEUE)).toBe(HANDLED);
    expect(invoke(asset, `${QUEUE}.fifo`)).toMatch(REFUSED);
  });

  test("are there where its queue is FIFO", () => {
    const asset = assetOf((stack) => work(stack, { fifo: true }), "Work");
    expect(invoke(asset, `${QUEUE}.fifo`)).toBe(HANDLED);
  });

  test("are there where one of several is", () => {
    const asset = assetOf((stack) => {
      const handler = new HandlerFunction(stack, "Both", CONSUMER);
      work(stack, { handler, consumer: "both" }, "Standard");
      work(stack, { handler, consumer: "both", fifo: true }, "Fifo");
    }, "Both");
    expect(invoke(asset, `${QUEUE}.fifo`)).toBe(HANDLED);
  });

  test("are there where it is told to keep them, and where it is attached to no queue", () => {
    const kept: HandlerOptions = { ...CONSUMER, bundling: { ...QUICKLY, keep: ["fifo"] } };
    expect(
      invoke(
        assetOf((stack) => work(stack, { handler: kept }), "Work"),
        `${QUEUE}.fifo`,
      ),
    ).toBe(HANDLED);
    const alone = assetOf((stack) => void new HandlerFunction(stack, "Alone", CONSUMER), "Alone");
    expect(invoke(alone, `${QUEUE}.fifo`)).toBe(HANDLED);
  });

  test.each([
    ["a standard one by its name", (stack: Stack) => sqs.Queue.fromQueueArn(stack, "Own", QUEUE), REFUSED],
    [
      "a FIFO one by its name",
      (stack: Stack) => sqs.Queue.fromQueueArn(stack, "Own", `${QUEUE}.fifo`),
      /^answer \[\]$/,
    ],
    [
      "a FIFO one by its name, in an account that is not known",
      (stack: Stack) => sqs.Queue.fromQueueArn(stack, "Own", stack.formatArn({ service: "sqs", resource: "own.fifo" })),
      /^answer \[\]$/,
    ],
    [
      "either, because its name is only known at deployment",
      (stack: Stack) => sqs.Queue.fromQueueArn(stack, "Own", Fn.importValue("queue")),
      /^answer \[\]$/,
    ],
  ])("of an imported queue: %s", (_what, queueIn, expected) => {
    const asset = assetOf(
      (stack) =>
        topicIn(stack, { fifo: true }).fanOut("Billing", {
          handler: CONSUMER,
          guarantee,
          queue: queueIn(stack),
          queuePolicyAllowsTopic: true,
        }),
      "OrdersBilling",
    );
    expect(invoke(asset, `${QUEUE}.fifo`)).toMatch(expected);
  });
});
