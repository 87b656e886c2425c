import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { REGION, raw, startHarness } from "./support/harness.ts";

const Bucket = "payloads";

/** A presigned address as any presigner writes it. The signature is not verified. */
function presigned(key: string, signedAt: Date, seconds: number, extra: Record<string, string> = {}): string {
  const date = signedAt.toISOString().replace(/[-:]|\.\d+/g, "");
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `test/${date.slice(0, 8)}/${REGION}/s3/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": String(seconds),
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "00",
    ...extra,
  });
  return `/${Bucket}/${key}?${query}`;
}

async function withObject() {
  const harness = await startHarness();
  await harness.s3.send(new CreateBucketCommand({ Bucket }));
  await harness.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "hello", ContentType: "text/plain" }));
  return harness;
}

describe("presigned requests", () => {
  it("read an object, with headers of the answer as the address sets them", async () => {
    const { server } = await withObject();
    const path = presigned("k", new Date(), 60, {
      "response-content-type": "application/json",
      "response-content-disposition": 'attachment; filename="k.json"',
    });
    const reply = await raw(server.endpoint, { path });
    expect(reply).toMatchObject({
      status: 200,
      text: "hello",
      headers: { "content-type": "application/json", "content-disposition": 'attachment; filename="k.json"' },
    });
  });

  it("write an object, with headers that moved into the address", async () => {
    const { server, s3 } = await withObject();
    const path = presigned("new", new Date(), 60, { "x-amz-meta-purpose": "test", "x-id": "PutObject" });
    const reply = await raw(server.endpoint, { method: "PUT", path, body: "uploaded" });
    expect(reply.status).toBe(200);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "new" }));
    expect(await got.Body?.transformToString()).toBe("uploaded");
    expect(got.Metadata).toEqual({ purpose: "test" });
  });

  it("cannot break the headers of later answers", async () => {
    const { server } = await withObject();
    const path = presigned("new", new Date(), 60, {
      "x-amz-meta-evil": "a\r\nx-injected: b",
      "response-cache-control": "c\r\nx-injected: d",
    });
    expect((await raw(server.endpoint, { method: "PUT", path, body: "x" })).status).toBe(200);
    const reply = await raw(server.endpoint, { path });
    expect(reply.status).toBe(200);
    expect(reply.headers["x-injected"]).toBeUndefined();
    expect(reply.headers["cache-control"]).toBe("c  x-injected: d");
  });

  it("are refused after their time", async () => {
    const { server } = await withObject();
    const reply = await raw(server.endpoint, { path: presigned("k", new Date(Date.now() - 61_000), 60) });
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired/);
    const old = Math.floor(Date.now() / 1000) - 1;
    const version2 = await raw(server.endpoint, {
      path: `/${Bucket}/k?AWSAccessKeyId=test&Signature=00&Expires=${old}`,
    });
    expect(version2.status).toBe(403);
  });

  it("of signature version 2 are answered too", async () => {
    const { server } = await withObject();
    const later = Math.floor(Date.now() / 1000) + 60;
    const reply = await raw(server.endpoint, {
      path: `/${Bucket}/k?AWSAccessKeyId=test&Signature=00&Expires=${later}`,
    });
    expect(reply).toMatchObject({ status: 200, text: "hello" });
  });

  it.each(["604801", "-1", "soon"])("with a validity of %s seconds are malformed", async (seconds) => {
    const { server } = await withObject();
    const path = presigned("k", new Date(), 60).replace("X-Amz-Expires=60", `X-Amz-Expires=${seconds}`);
    const reply = await raw(server.endpoint, { path });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("<Code>AuthorizationQueryParametersError</Code>");
  });
});
