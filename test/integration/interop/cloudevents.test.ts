import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { consume, defineContract, event, type SqsRecord } from "../../../lib/index.ts";
import { consumeWithFanfare } from "../../interop/fanfare.ts";
import type { PeerAttribute } from "../../interop/peer.ts";
import { sdkPeer } from "../../interop/peers/sdk.ts";
import type { OpenSuite } from "../../interop/row.ts";
import { assertCloudEvent, cloudEvents } from "../../interop/rows/cloudevents.ts";
import { dotnet } from "../../interop/rows/dotnet.ts";
import { samples } from "../../interop/samples.ts";
import { startWorld, type World } from "../../interop/world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe.each([cloudEvents, dotnet])("the rows of $client", (suite) => {
  let opened: OpenSuite;
  beforeAll(async () => {
    opened = await suite.open(world);
  });
  afterAll(() => opened.close());

  const named = suite.cells.map((cell, index) => ({ ...cell, index, type: cell.fifo ? "FIFO" : "standard" }));
  it.each(named)("$direction, $via, $type, $payload", async ({ index }) => {
    await expect(opened.rows[index]?.run()).resolves.toBeUndefined();
  });
});

describe("the check of the CloudEvents SDK", () => {
  it("refuses envelopes that are none", () => {
    expect(() => assertCloudEvent('{"specversion":"1.0","id":"1","source":"/s"}')).toThrow(/type/);
    expect(() => assertCloudEvent('{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"soon"}')).toThrow();
  });
});

/** Bodies as the clients wrote them in a run of the matrix, with the names of bucket and key replaced. */
const POINTERS = {
  "Python amazon-sqs-extended-client 1.0.1, amazon-sns-extended-client 1.0.1": {
    text: '["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "BUCKET", "s3Key": "KEY"}]',
    marker: "ExtendedPayloadSize",
  },
  "the same with use_legacy_attribute": {
    text: '["com.amazon.sqs.javamessaging.MessageS3Pointer", {"s3BucketName": "BUCKET", "s3Key": "KEY"}]',
    marker: "SQSLargePayloadSize",
  },
  "Java amazon-sqs-java-extended-client-lib 2.1.2": {
    text: '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"BUCKET","s3Key":"KEY"}]',
    marker: "SQSLargePayloadSize",
  },
  "Java sns-extended-client 2.1.0": {
    text: '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"BUCKET","s3Key":"KEY"}]',
    marker: "ExtendedPayloadSize",
  },
} as const;

describe.each(Object.entries(POINTERS))("a pointer of %s", (_client, { text, marker }) => {
  /** Puts a large event into S3 and sends the pointer to it, as the client does. */
  async function sendPointer(via: "queue" | "topic" | "wrapped", bucket: string) {
    const [sample] = samples("large");
    if (sample === undefined) {
      throw new Error("no sample");
    }
    const { body } = sample.message;
    const key = randomUUID();
    await world.s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: key, Body: body }));
    const attributes: Record<string, PeerAttribute> = {
      [marker]: { type: "Number", value: String(Buffer.byteLength(body)) },
    };
    const channel = await world.channel({ via, fifo: false });
    const message = { body: text.replace("BUCKET", bucket).replace("KEY", key), attributes };
    await sdkPeer(world).send(channel.target, [message], {});
    return { sample, channel };
  }

  it.each(["queue", "topic", "wrapped"] as const)("is followed, over a %s", async (via) => {
    const { sample, channel } = await sendPointer(via, world.bucket);
    const [handled] = await consumeWithFanfare(world, channel, 1);
    expect(handled?.event.id).toBe(sample.id);
    expect(handled?.data).toEqual(sample.data);
  });

  it("is not followed into another bucket", async () => {
    const { channel } = await sendPointer("queue", "elsewhere");
    await expect(consumeWithFanfare(world, channel, 1)).rejects.toThrow(/PointerNotAllowed/);
  });
});

describe("data that came as text", () => {
  const notes = defineContract("notes", {
    Written: event({ schema: z.string() }),
    Counted: event({
      version: 2,
      schema: z.object({ count: z.number(), unit: z.string() }),
      upcast: { 1: (old) => ({ ...old, unit: "m" }) },
    }),
  });

  /** Has one envelope consumed; gives what the handlers got and what was logged. */
  async function consumed(fields: Record<string, unknown>) {
    const handled: unknown[] = [];
    const logged: string[] = [];
    const log = (message: string, more: object) => logged.push(`${message} ${JSON.stringify(more)}`);
    const take = async (data: unknown) => {
      handled.push(data);
    };
    const handler = consume(
      notes,
      { Written: take, Counted: take },
      {
        consumer: "notes",
        guarantee: "at-least-once",
        backoff: false,
        logger: { debug: () => {}, info: () => {}, warn: log, error: log },
      },
    );
    const record: SqsRecord = {
      messageId: "m1",
      receiptHandle: "h1",
      body: JSON.stringify({ specversion: "1.0", id: "1", source: "/s", ...fields }),
      attributes: { ApproximateReceiveCount: "1" },
      messageAttributes: {},
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:notes",
    };
    const context = { awsRequestId: "r1", functionName: "notes", getRemainingTimeInMillis: () => 10_000 };
    const { batchItemFailures } = await handler({ Records: [record] }, context);
    return { handled, logged: logged.join("\n"), failed: batchItemFailures.length };
  }

  it("stays text where the contract wants text, even if it looks like JSON", async () => {
    expect(await consumed({ type: "notes.Written", data: '{"count":1}' })).toMatchObject({ handled: ['{"count":1}'] });
  });

  it("is read as JSON where the contract wants an object, in its own version", async () => {
    const current = { type: "notes.Counted", dataversion: 2, data: '{"count":1,"unit":"km"}' };
    expect(await consumed(current)).toMatchObject({ handled: [{ count: 1, unit: "km" }], failed: 0 });
    const older = { type: "notes.Counted", data: '{"count":1}' };
    expect(await consumed(older)).toMatchObject({ handled: [{ count: 1, unit: "m" }], failed: 0 });
  });

  it.each([
    ["of another content type", { data: '{"count":1,"unit":"m"}', datacontenttype: "text/plain" }],
    ["that is no JSON", { data: "{count" }],
    ["of another shape", { data: '{"count":"one"}' }],
  ])("is refused %s", async (_what, fields) => {
    const { handled, logged, failed } = await consumed({ type: "notes.Counted", dataversion: 2, ...fields });
    expect(handled).toEqual([]);
    expect(failed).toBe(1);
    expect(logged).toContain("SchemaMismatch");
  });
});
