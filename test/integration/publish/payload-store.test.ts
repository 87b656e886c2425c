import { createHash, randomBytes } from "node:crypto";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { BUCKET, startHarness } from "./harness.ts";

describe("s3PayloadStore over HTTP", () => {
  it("reads back the bytes that it wrote, under a new key each time", async () => {
    const { payloads } = await startHarness();
    const body = randomBytes(2_000_000);
    const [one, other] = [await payloads.put(body), await payloads.put(body)];
    expect(one).toMatchObject({ bucket: BUCKET, key: expect.stringMatching(/^orders\//) });
    expect(one.key).not.toBe(other.key);
    expect(Buffer.compare(await payloads.get(one, body.length), body)).toBe(0);
    expect(await payloads.get(await payloads.put(new Uint8Array()), 1)).toHaveLength(0);
  });

  it("stores the SHA-256 that S3 verified", async () => {
    const { payloads, clients } = await startHarness();
    const { key } = await payloads.put(Buffer.from("body"));
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key, ChecksumMode: "ENABLED" }));
    expect(head.ChecksumSHA256).toBe(createHash("sha256").update("body").digest("base64"));
  });

  it("refuses an object over the limit, and goes on working", async () => {
    const { payloads } = await startHarness();
    const pointer = await payloads.put(Buffer.alloc(100_000));
    await expect(payloads.get(pointer, 99_999)).rejects.toMatchObject({
      code: "PayloadTooLarge",
      limit: "99999 bytes",
      message: expect.stringContaining(`s3://${BUCKET}/${pointer.key}`),
    });
    expect(await payloads.get(pointer, 100_000)).toHaveLength(100_000);
  });

  it("tells a missing object and a missing bucket", async () => {
    const { payloads } = await startHarness();
    for (const pointer of [
      { bucket: BUCKET, key: "orders/gone" },
      { bucket: "gone-bucket", key: "orders/1" },
    ]) {
      await expect(payloads.get(pointer, 10)).rejects.toMatchObject({ code: "PayloadNotFound" });
    }
  });

  it("notices bytes that changed after they were stored", async () => {
    const { payloads, server } = await startHarness();
    const pointer = await payloads.put(Buffer.from("the payload"));
    const { version, sqs, sns, s3 } = structuredClone(server.engine.snapshot());
    server.engine.restore({
      version,
      sqs,
      sns,
      s3: {
        ...s3,
        buckets: s3.buckets.map((bucket) => ({
          ...bucket,
          objects: bucket.objects.map(
            ([key, object]) => [key, { ...object, bodyBase64: Buffer.from("The payload").toString("base64") }] as const,
          ),
        })),
      },
    });
    await expect(payloads.get(pointer, 100)).rejects.toMatchObject({
      code: "PayloadCorrupted",
      message: expect.stringContaining(pointer.key),
    });
  });

  it("reads what others wrote without a checksum", async () => {
    const { payloads, clients } = await startHarness();
    await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "python/1", Body: "plain" }));
    expect(Buffer.from(await payloads.get({ bucket: BUCKET, key: "python/1" }, 100)).toString()).toBe("plain");
  });

  it("stops when it is aborted", async () => {
    const { payloads } = await startHarness();
    const pointer = await payloads.put(Buffer.from("body"));
    const aborted = AbortSignal.abort();
    await expect(payloads.get(pointer, 100, aborted)).rejects.toMatchObject({ code: "PayloadUnavailable" });
    await expect(payloads.put(Buffer.from("body"), aborted)).rejects.toMatchObject({ code: "PayloadUnavailable" });
  });

  it("asks for another try when nobody answers", async () => {
    const { payloads, server } = await startHarness();
    const pointer = await payloads.put(Buffer.from("body"));
    await server.close();
    await expect(payloads.get(pointer, 100)).rejects.toMatchObject({ code: "PayloadUnavailable" });
  });
});
