import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { s3PayloadStore } from "../../../lib/payload/index.ts";

const POINTER = { bucket: "payloads", key: "orders/1" };

/** A client whose answers a test makes up: for what a real server does not do on demand. */
function storeAnswering(answer: () => unknown) {
  const client = new S3Client({ region: "eu-central-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } });
  client.middlewareStack.add(() => async () => ({ output: answer() as never, response: {} }), {
    step: "initialize",
    priority: "high",
  });
  return s3PayloadStore({ client, location: { bucket: "payloads", prefix: "orders/" } });
}

function failingWith(error: Error) {
  return storeAnswering(() => {
    throw error;
  });
}

const named = (name: string, message = "no") => Object.assign(new Error(message), { name });

describe("s3PayloadStore.get", () => {
  it("stops reading at the limit although no length is declared", async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield Buffer.alloc(1_000);
      }
    }
    const body = Readable.from(endless());
    const store = storeAnswering(() => ({ Body: body }));
    await expect(store.get(POINTER, 5_000)).rejects.toMatchObject({ code: "PayloadTooLarge", limit: "5000 bytes" });
    expect(body.destroyed).toBe(true);
    expect(read).toBeLessThan(50);
  });

  it("does not read at all when the declared length is over the limit, and frees the connection", async () => {
    const body = Readable.from([Buffer.alloc(6_000)]);
    const store = storeAnswering(() => ({ Body: body, ContentLength: 6_000 }));
    await expect(store.get(POINTER, 5_000)).rejects.toMatchObject({ code: "PayloadTooLarge" });
    expect(body.destroyed).toBe(true);
  });

  it("stops at the limit when the declared length is a lie", async () => {
    const store = storeAnswering(() => ({ Body: Readable.from([Buffer.alloc(6_000)]), ContentLength: 10 }));
    await expect(store.get(POINTER, 5_000)).rejects.toMatchObject({ code: "PayloadTooLarge" });
  });

  it("asks for another try when the body ends early", async () => {
    const store = storeAnswering(() => ({ Body: Readable.from([Buffer.alloc(10)]), ContentLength: 20 }));
    await expect(store.get(POINTER, 5_000)).rejects.toMatchObject({
      code: "PayloadUnavailable",
      message: expect.stringContaining("10 of 20 bytes"),
    });
  });

  it("takes an empty object", async () => {
    expect(await storeAnswering(() => ({ ContentLength: 0 })).get(POINTER, 10)).toHaveLength(0);
  });

  it.each(["NoSuchKey", "NoSuchBucket", "NotFound"])("takes %s for gone, and says what to check", async (name) => {
    await expect(failingWith(named(name)).get(POINTER, 10)).rejects.toMatchObject({
      code: "PayloadNotFound",
      message: expect.stringContaining("s3://payloads/orders/1"),
      remedy: expect.stringContaining("lifecycle"),
    });
  });

  it.each(["AccessDenied", "SlowDown", "TimeoutError", "ECONNRESET"])(
    "takes %s for a state that may pass",
    async (name) => {
      await expect(failingWith(named(name)).get(POINTER, 10)).rejects.toMatchObject({
        code: "PayloadUnavailable",
        message: expect.stringContaining(name),
        remedy: name === "AccessDenied" ? expect.stringContaining("s3:GetObject") : expect.any(String),
      });
    },
  );

  it("takes a checksum that does not match for corruption", async () => {
    await expect(failingWith(named("Error", "Checksum mismatch: expected a")).get(POINTER, 10)).rejects.toMatchObject({
      code: "PayloadCorrupted",
    });
  });
});

describe("s3PayloadStore.put", () => {
  it("says where it could not be written, and keeps the cause", async () => {
    const cause = named("AccessDenied");
    await expect(failingWith(cause).put(Buffer.from("x"))).rejects.toMatchObject({
      code: "PayloadUnavailable",
      message: expect.stringContaining("written to s3://payloads/orders/"),
      remedy: expect.stringContaining("s3:PutObject"),
      cause,
    });
  });

  it("refuses without a location", async () => {
    await expect(s3PayloadStore({}).put(Buffer.from("x"))).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      remedy: expect.any(String),
    });
  });
});
