import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, orders, QUEUE_URL, scriptedSns, scriptedSqs, TOPIC, takeAll } from "./support.ts";

const TRACE = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1";
const traceHeader = (value: string) => ({ AWSTraceHeader: { DataType: "String", StringValue: value } });

beforeEach(() => {
  vi.stubEnv("_X_AMZN_TRACE_ID", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function sentToQueue(target = QUEUE_URL, group?: string) {
  const clock = new FakeClock();
  const { client, calls } = scriptedSqs();
  const publish = createPublisher(orders, { target, clock, clients: { sqs: client } });
  const published = publish("Plain", { id: "o1", text: "" }, group === undefined ? {} : { group });
  await clock.settle();
  await published;
  return calls[0]?.[0] ?? {};
}

describe("the trace header of the invocation", () => {
  it("goes to a queue as a system attribute", async () => {
    vi.stubEnv("_X_AMZN_TRACE_ID", TRACE);
    expect(await sentToQueue()).toMatchObject({ MessageSystemAttributes: traceHeader(TRACE) });
  });

  it.each([undefined, ""])("that is %j is left out: SQS refuses an empty one", async (value) => {
    vi.stubEnv("_X_AMZN_TRACE_ID", value);
    expect(await sentToQueue()).not.toHaveProperty("MessageSystemAttributes");
  });
});

describe("a message without a group", () => {
  it("names none to a standard queue", async () => {
    expect(await sentToQueue()).not.toHaveProperty("MessageGroupId");
    expect(await sentToQueue(QUEUE_URL, "tenant")).toMatchObject({ MessageGroupId: "tenant" });
  });
});

describe("an attempt without a response", () => {
  it.each([
    [undefined, 5_000],
    [200, 200],
  ])(
    "to a topic, with attemptTimeoutMs %j, counts as lost after %d ms, and the event is sent again",
    async (attemptTimeoutMs, ms) => {
      const { clock, publish, calls } = bench(
        (entries, call) => (call === 0 ? new Promise(() => {}) : takeAll(entries)),
        attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs },
      );
      const published = publish("Plain", { id: "o1", text: "" });
      await clock.advance(ms - 1);
      expect(clock.nextTimerIn).toBe(1);
      await clock.runUntil("the second attempt", () => calls.length === 2);
      expect(await published).toMatchObject({ messageId: "m-0" });
    },
  );

  it("to a queue counts as lost after attemptTimeoutMs too", async () => {
    const clock = new FakeClock();
    const { client, calls } = scriptedSqs((entries, call) => (call === 0 ? new Promise(() => {}) : takeAll(entries)));
    const publish = createPublisher(orders, {
      target: QUEUE_URL,
      clock,
      attemptTimeoutMs: 300,
      clients: { sqs: client },
    });
    const published = publish("Plain", { id: "o1", text: "" });
    await clock.advance(299);
    expect(clock.nextTimerIn).toBe(1);
    await clock.runUntil("the second attempt", () => calls.length === 2);
    await published;
  });
});

describe("the variable of the payload location", () => {
  it("has large bodies stored in S3 there, with the client that is given", async () => {
    vi.stubEnv("FANFARE_ORDERS_PAYLOAD_LOCATION", "payloads/orders/");
    const s3 = new S3Client({ region: "eu-central-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } });
    const stored: object[] = [];
    s3.middlewareStack.add(
      () => async (args) => {
        stored.push(args.input);
        return { output: { $metadata: {} } as never, response: {} };
      },
      { step: "initialize", priority: "high" },
    );
    const clock = new FakeClock();
    const { client, calls } = scriptedSns();
    const publish = createPublisher(orders, { target: TOPIC, clock, clients: { sns: client, s3 } });
    const published = publish("Plain", { id: "o1", text: "x".repeat(300_000) });
    await clock.settle();
    await published;
    expect(stored).toMatchObject([{ Bucket: "payloads", Key: expect.stringMatching(/^orders\/./) }]);
    expect(calls[0]?.[0]?.Message).toContain('"s3BucketName":"payloads"');
  });
});
