import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createPublisher } from "../../../lib/index.ts";
import { BUCKET, orders, startHarness } from "./harness.ts";

const MIB = 1_048_576;
const ids = (count: number, group = "a") => Array.from({ length: count }, (_, at) => `${group}${at}`);
const dataOf = (body: string | undefined) => JSON.parse(body ?? "").data;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("to a topic", () => {
  it("reaches the queue with body and attributes as they were", async () => {
    const { topic, clients, receive } = await startHarness();
    const { arn, queueUrl } = await topic();
    const publish = createPublisher(orders, { target: arn, clients });
    const text = "\uD800 \uFFFE \uFFFF \u0000 😀";
    const published = await publish("Placed", { id: "a1", text }, { correlationId: "c" });
    const [message] = await receive(queueUrl, 1);
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({
      specversion: "1.0",
      id: published.id,
      type: "orders.Placed",
      correlationid: "c",
      partitionkey: "a",
      data: { id: "a1", text },
    });
    const attributes = Object.entries(message?.MessageAttributes ?? {});
    expect(Object.fromEntries(attributes.map(([name, value]) => [name, value.StringValue]))).toEqual({
      type: "orders.Placed",
      region: "eu",
      total: "5",
      express: "true",
      tags: '["a","b"]',
    });
  });

  it("sends 100 events made together in 10 calls", async () => {
    const { topic, clients, receive, log } = await startHarness();
    const { arn, queueUrl } = await topic();
    const publish = createPublisher(orders, { target: arn, clients });
    const published = await Promise.all(ids(100).map((id) => publish("Placed", { id })));
    expect(new Set(published.map((each) => each.messageId)).size).toBe(100);
    expect(log.filter((entry) => JSON.stringify(entry).includes("PublishBatch"))).toHaveLength(10);
    const received = await receive(queueUrl, 100);
    expect(new Set(received.map((message) => dataOf(message.Body).id))).toEqual(new Set(ids(100)));
  });

  it("fills a message to its last byte, and is counted as the service counts", async () => {
    const { topic, clients, receive } = await startHarness();
    const { arn, queueUrl } = await topic();
    const publish = createPublisher(orders, { target: arn, clients });
    const options = { id: "e", time: new Date(0) };
    const tooLong = await publish("Placed", { id: "a", text: "x".repeat(262_144) }, options).catch((error) => error);
    const bytes = Number(/has (\d+) bytes/.exec(tooLong.message)?.[1]);
    const fitting = 262_144 - (bytes - 262_144);
    await publish("Placed", { id: "a", text: "x".repeat(fitting) }, options);
    await receive(queueUrl, 1);
    await expect(publish("Placed", { id: "a", text: "x".repeat(fitting + 1) }, options)).rejects.toMatchObject({
      code: "MessageTooLong",
    });
    // What the service itself says of one byte more.
    const wide = createPublisher(orders, { target: arn, clients, maxMessageBytes: MIB, maxAttempts: 1 });
    await expect(wide("Placed", { id: "a", text: "x".repeat(fitting + 1) }, options)).rejects.toMatchObject({
      code: "PublishFailed",
    });
  });

  it("keeps calls within what SNS takes when large events come together", async () => {
    const { topic, clients, receive } = await startHarness();
    const { arn, queueUrl } = await topic();
    const publish = createPublisher(orders, { target: arn, clients, maxAttempts: 1 });
    await Promise.all(ids(8).map((id) => publish("Placed", { id, text: "x".repeat(100_000) })));
    expect(await receive(queueUrl, 8)).toHaveLength(8);
  });

  it("rejects for a topic that does not exist", async () => {
    const { topic, clients } = await startHarness();
    const { arn } = await topic();
    const publish = createPublisher(orders, { target: `${arn}-gone`, clients });
    await expect(publish("Placed", { id: "a1" })).rejects.toMatchObject({
      code: "PublishFailed",
      limit: "1 of 6 attempts",
      entry: { event: "Placed", data: { id: "a1" } },
    });
  });
});

describe("offload", () => {
  it.each([
    ["just over 256 KiB", 262_144],
    ["near 1 MiB", MIB - 1_000],
    ["over 1 MiB", 3 * MIB],
  ])("of an event of %s", async (_what, bytes) => {
    const { topic, clients, payloads, receive } = await startHarness();
    const { arn, queueUrl } = await topic();
    const publish = createPublisher(orders, { target: arn, clients, payloads });
    const { id } = await publish("Placed", { id: "a1", text: "x".repeat(bytes) });
    const [message] = await receive(queueUrl, 1);
    const [name, pointer] = JSON.parse(message?.Body ?? "");
    expect(name).toBe("software.amazon.payloadoffloading.PayloadS3Pointer");
    expect(pointer).toMatchObject({ s3BucketName: BUCKET, s3Key: expect.stringMatching(/^orders\/[0-9a-f-]{36}$/) });
    const object = await clients.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: pointer.s3Key, ChecksumMode: "ENABLED" }),
    );
    expect(object.ChecksumSHA256).toEqual(expect.any(String));
    expect(object.ContentType).toBe("application/cloudevents+json");
    const body = (await object.Body?.transformToString()) ?? "";
    expect(JSON.parse(body)).toMatchObject({ id, data: { id: "a1" } });
    expect(dataOf(body).text).toHaveLength(bytes);
    const { ExtendedPayloadSize: size, region } = message?.MessageAttributes ?? {};
    expect([size?.StringValue, size?.DataType, region?.StringValue]).toEqual([String(body.length), "Number", "eu"]);
  });

  it("starts where the topic's raised limit ends", async () => {
    const { topic, clients, payloads, receive } = await startHarness();
    const { arn, queueUrl } = await topic({ maxBytes: MIB });
    const publish = createPublisher(orders, { target: arn, clients, payloads, maxMessageBytes: MIB });
    await publish("Placed", { id: "a1", text: "x".repeat(1_000_000) });
    await publish("Placed", { id: "a2", text: "x".repeat(MIB) });
    const bodies = (await receive(queueUrl, 2)).map((message) => message.Body?.slice(0, 20));
    expect(bodies.filter((start) => start?.startsWith('{"specversion"'))).toHaveLength(1);
    expect(bodies.filter((start) => start?.startsWith('["software.amazon'))).toHaveLength(1);
  });

  it("takes its location from the environment", async () => {
    const { topic, clients, receive } = await startHarness();
    const { arn, queueUrl } = await topic();
    vi.stubEnv("FANFARE_ORDERS_TARGET", arn);
    vi.stubEnv("FANFARE_ORDERS_PAYLOAD_LOCATION", `${BUCKET}/from-environment/`);
    const publish = createPublisher(orders, { clients });
    await publish("Placed", { id: "a1", text: "x".repeat(300_000) });
    const [message] = await receive(queueUrl, 1);
    expect(JSON.parse(message?.Body ?? "")[1].s3Key).toMatch(/^from-environment\//);
  });

  it("rejects when the bucket is missing, and the message is not sent", async () => {
    const { queue, clients } = await startHarness();
    const target = await queue();
    vi.stubEnv("FANFARE_ORDERS_PAYLOAD_LOCATION", "missing-bucket/orders/");
    const publish = createPublisher(orders, { target, clients });
    await expect(publish("Placed", { id: "a1", text: "x".repeat(MIB) })).rejects.toMatchObject({
      code: "PayloadUnavailable",
      message: expect.stringContaining("NoSuchBucket"),
    });
  });
});

describe("to FIFO", () => {
  it("keeps the order of each group through topic and queue", async () => {
    const { topic, clients, payloads, receive } = await startHarness();
    const { arn, queueUrl } = await topic({ fifo: true });
    const publish = createPublisher(orders, { target: arn, clients, payloads });
    const sent = ["a", "b", "c"].flatMap((group) => ids(8, group));
    const text = (id: string) => (id.endsWith("3") ? "x".repeat(300_000) : "");
    const published = await Promise.all(sent.map((id) => publish("Placed", { id, text: text(id) }, { id })));
    for (const each of published) {
      expect(each.sequenceNumber).toMatch(/^\d+$/);
    }
    const received = await receive(queueUrl, sent.length);
    for (const group of ["a", "b", "c"]) {
      const order = received
        .filter((message) => message.Attributes?.MessageGroupId === group)
        .map((message) => message.Attributes?.MessageDeduplicationId);
      expect(order).toEqual(ids(8, group).map((id) => `orders.Placed:${id}`));
    }
  });

  it("delivers an event id once although it is published twice", async () => {
    const { topic, clients, receive } = await startHarness();
    const { arn, queueUrl } = await topic({ fifo: true });
    const publish = createPublisher(orders, { target: arn, clients });
    await publish("Placed", { id: "a1", text: "first" }, { id: "same" });
    await publish("Placed", { id: "a1", text: "second" }, { id: "same" });
    await publish("Placed", { id: "a2" }, { id: "other" });
    const received = await receive(queueUrl, 2);
    expect(received.map((message) => message.Attributes?.MessageDeduplicationId)).toEqual([
      "orders.Placed:same",
      "orders.Placed:other",
    ]);
  });
});

describe("to a queue", () => {
  it("sends without a topic, the group as tenant", async () => {
    const { queue, clients, receive } = await startHarness();
    const target = await queue();
    const publish = createPublisher(orders, { target, clients });
    await publish("Placed", { id: "a1", text: "x".repeat(1_000_000) });
    const [message] = await receive(target, 1);
    expect(dataOf(message?.Body).id).toBe("a1");
    expect(message?.Attributes?.MessageGroupId).toBe("a");
  });

  it("sends to a FIFO queue in order", async () => {
    const { queue, clients, receive } = await startHarness();
    const target = await queue(true);
    const publish = createPublisher(orders, { target, clients });
    await Promise.all(ids(5).map((id) => publish("Placed", { id })));
    expect((await receive(target, 5)).map((message) => dataOf(message.Body).id)).toEqual(ids(5));
  });

  it("is aborted, flushed and closed over HTTP as in memory", async () => {
    const { queue, clients, receive } = await startHarness();
    const target = await queue();
    const publish = createPublisher(orders, { target, clients });
    const reason = new Error("no more");
    await expect(publish("Placed", { id: "a0" }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    let published = false;
    const pending = publish("Placed", { id: "a1" }).then(() => {
      published = true;
    });
    await publish.flush();
    await pending;
    expect(published).toBe(true);
    await publish.close();
    await expect(publish("Placed", { id: "a2" })).rejects.toMatchObject({ code: "PublisherClosed" });
    expect((await receive(target, 1)).map((message) => dataOf(message.Body).id)).toEqual(["a1"]);
  });
});
