import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { ACCOUNT, clientConfig, REGION, raw, signed, startHarness } from "./support/harness.ts";

const MIB = 1024 * 1024;
const Bucket = "payloads";

async function withBucket() {
  const harness = await startHarness();
  await harness.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  return harness;
}

describe("buckets", () => {
  it("are created, found, listed and deleted", async () => {
    const { s3 } = await withBucket();
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets).toMatchObject([{ Name: Bucket, CreationDate: expect.any(Date) }]);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(REGION);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toBeInstanceOf(NotFound);
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toBeInstanceOf(NoSuchBucket);
  });

  it("keep their configuration", async () => {
    const { s3 } = await withBucket();
    const Rules = [
      { ID: "expire", Status: "Enabled" as const, Filter: { Prefix: "payloads/ä & <b>" }, Expiration: { Days: 16 } },
    ];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject(Rules);

    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);

    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: true }],
        },
      }),
    );
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: true },
    ]);

    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: true,
    };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(
      PublicAccessBlockConfiguration,
    );

    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Suspended");

    const TagSet = [
      { Key: "team", Value: "billing" },
      { Key: "stage", Value: "dev" },
    ];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  });

  it("send notifications to queues", async () => {
    const { s3, sqs } = await withBucket();
    const QueueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:uploads`;
    const policy = {
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: QueueArn },
      ],
    };
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "uploads", Attributes: { Policy: JSON.stringify(policy) } }),
    );
    const QueueConfigurations = [
      {
        Id: "created",
        QueueArn,
        Events: ["s3:ObjectCreated:*" as const],
        Filter: { Key: { FilterRules: [{ Name: "prefix" as const, Value: "in/" }] } },
      },
    ];
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
    );
    const stored = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(stored.QueueConfigurations).toMatchObject([{ Id: "created", QueueArn, Events: ["s3:ObjectCreated:*"] }]);

    await s3.send(new PutObjectCommand({ Bucket, Key: "out/b", Body: "no" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "in/a", Body: "yes" }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const keys = Messages.flatMap(({ Body }) => JSON.parse(Body ?? "{}").Records ?? []).map(
      (record) => record.s3.object.key,
    );
    expect(keys).toEqual(["in/a"]);
  });
});

describe("objects", () => {
  it.each(["CRC32", "SHA256"] as const)("of 5 MiB come back as they were sent, checked by %s", async (algorithm) => {
    const { s3 } = await withBucket();
    const Body = randomBytes(5 * MIB);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "big",
        Body,
        ChecksumAlgorithm: algorithm,
        ContentType: "application/json",
        ContentEncoding: "gzip",
        Metadata: { purpose: "test", "two-words": "a b" },
      }),
    );
    expect(put.ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big", ChecksumMode: "ENABLED" }));
    const bytes = await got.Body?.transformToByteArray();
    expect(bytes?.byteLength).toBe(Body.byteLength);
    expect(Body.equals(bytes ?? new Uint8Array())).toBe(true);
    expect(got[`Checksum${algorithm}`]).toBe(put[`Checksum${algorithm}`]);
    expect(got[`Checksum${algorithm}`]).toBeTruthy();
    expect(got).toMatchObject({
      ContentType: "application/json",
      ContentEncoding: "gzip",
      Metadata: { purpose: "test", "two-words": "a b" },
      ContentLength: Body.byteLength,
      LastModified: expect.any(Date),
    });
  });

  it("are streamed up in signed chunks with a trailing checksum", async () => {
    const { s3, log } = await withBucket();
    const { Readable } = await import("node:stream");
    const Body = randomBytes(3 * MIB + 17);
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "streamed",
        Body: Readable.from([Body.subarray(0, MIB), Body.subarray(MIB)]),
        ContentLength: Body.byteLength,
        ChecksumAlgorithm: "SHA256",
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed", ChecksumMode: "ENABLED" }));
    expect(Body.equals((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);
    expect(got.ChecksumSHA256).toBe(createHash("sha256").update(Body).digest("base64"));
    expect(got.ContentEncoding).toBeUndefined();
    expect(log.map(({ operation }) => operation)).toContain("PutObject");
  });

  it("are taken in chunks with signatures, as older SDKs send them", async () => {
    const { s3, server } = await withBucket();
    const reply = await raw(server.endpoint, {
      method: "PUT",
      path: `/${Bucket}/k`,
      headers: {
        authorization: signed("s3"),
        "content-encoding": "aws-chunked,gzip",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": "11",
      },
      body:
        `5;chunk-signature=${"a".repeat(64)}\r\nhello\r\n6;chunk-signature=${"b".repeat(64)}\r\n world\r\n` +
        `0;chunk-signature=${"c".repeat(64)}\r\n\r\n`,
    });
    expect(reply.status).toBe(200);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await got.Body?.transformToString()).toBe("hello world");
    expect(got.ContentEncoding).toBe("gzip");
  });

  it("whose trailing checksum does not fit are refused", async () => {
    const { server } = await withBucket();
    const reply = await raw(server.endpoint, {
      method: "PUT",
      path: `/${Bucket}/k`,
      headers: {
        authorization: signed("s3"),
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": "x-amz-checksum-crc32",
      },
      body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("<Code>BadDigest</Code>");
  });

  it("keep metadata beyond ASCII, which comes back in RFC 2047 words", async () => {
    const { s3, server } = await withBucket();
    const reply = await raw(server.endpoint, {
      method: "PUT",
      path: `/${Bucket}/k`,
      headers: {
        authorization: signed("s3"),
        "x-amz-meta-name": Buffer.from("ünï 🎉").toString("latin1"),
        "cache-control": Buffer.from("x=ü").toString("latin1"),
      },
      // As bytes: Node would write the headers before a string in that string's encoding.
      body: Buffer.from("x"),
    });
    expect(reply.status).toBe(200);
    const { Metadata, CacheControl = "" } = await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    expect(Metadata).toEqual({ name: `=?UTF-8?B?${Buffer.from("ünï 🎉").toString("base64")}?=` });
    expect(Buffer.from(CacheControl, "latin1").toString()).toBe("x=ü");
  });

  it("that do not match their checksum are refused", async () => {
    const { s3 } = await withBucket();
    await expect(
      s3.send(
        new PutObjectCommand({
          Bucket,
          Key: "bad",
          Body: "hello",
          ChecksumSHA256: createHash("sha256").update("other").digest("base64"),
        }),
      ),
    ).rejects.toMatchObject({ name: "BadDigest" });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "bad" }))).rejects.toBeInstanceOf(NotFound);
  });

  it.each(["plain", "a/b/c.json", "with space+plus%25", "ünï/🎉", "a//b", "../up/./here", "q?x=1&y#z", "trailing/"])(
    "may be called %j",
    async (Key) => {
      const { s3 } = await withBucket();
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(Key);
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map((object) => object.Key)).toEqual([Key]);
      const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
      expect(Deleted?.map((object) => object.Key)).toEqual([Key]);
      await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toBeInstanceOf(NoSuchKey);
    },
  );

  it("are read in part, and only if a condition holds", async () => {
    const { s3 } = await withBucket();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }));
    expect(await part.Body?.transformToString()).toBe("234");
    expect(part).toMatchObject({
      ContentRange: "bytes 2-4/10",
      ContentLength: 3,
      $metadata: { httpStatusCode: 206 },
    });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=50-" }))).rejects.toMatchObject({
      name: "InvalidRange",
      $metadata: { httpStatusCode: 416 },
    });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "k", IfNoneMatch: ETag }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "k", IfMatch: '"other"' }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", IfNoneMatch: "*" })),
    ).rejects.toMatchObject({ name: "PreconditionFailed", $metadata: { httpStatusCode: 412 } });
  });

  it("have their size and type told without being sent", async () => {
    const { s3, server } = await withBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789", ContentType: "text/plain" }));
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }))).toMatchObject({
      ContentLength: 10,
      ContentType: "text/plain",
    });
    const reply = await raw(server.endpoint, {
      method: "HEAD",
      path: `/${Bucket}/k`,
      headers: { authorization: signed("s3") },
    });
    expect(reply).toMatchObject({ status: 200, text: "", headers: { "content-length": "10" } });
  });

  it("may be empty", async () => {
    const { s3 } = await withBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "empty" }));
    expect(await got.Body?.transformToString()).toBe("");
    expect(got.ContentLength).toBe(0);
  });

  it("are copied and deleted", async () => {
    const { s3 } = await withBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: "a b/ü", Body: "copy me", Metadata: { m: "1" } }));
    const { CopyObjectResult } = await s3.send(
      new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent("a b/ü")}` }),
    );
    expect(CopyObjectResult).toMatchObject({ ETag: expect.stringMatching(/^".*"$/), LastModified: expect.any(Date) });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "copy" }));
    expect(await got.Body?.transformToString()).toBe("copy me");
    expect(got.Metadata).toEqual({ m: "1" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "copy" }));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "copy" }))).rejects.toBeInstanceOf(NotFound);
  });

  it("are listed in pages, by prefix and by folder", async () => {
    const { s3 } = await withBucket();
    const keys = ["a/1", "a/2", "a/3", "b/1", "c"];
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    }
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(keys);
    const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    expect(folders.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "b/" }]);
    expect(folders.Contents).toMatchObject([{ Key: "c", Size: 1, LastModified: expect.any(Date) }]);
    const under = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a/", StartAfter: "a/1" }));
    expect(under.Contents?.map(({ Key }) => Key)).toEqual(["a/2", "a/3"]);
  });

  it("are uploaded in parts", async () => {
    const { s3 } = await withBucket();
    const parts = [randomBytes(5 * MIB), randomBytes(1000)];
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
    const done = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber, Body }));
      done.push({ PartNumber, ETag });
    }
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key: "big", UploadId }));
    expect(Parts).toMatchObject([
      { PartNumber: 1, Size: 5 * MIB },
      { PartNumber: 2, Size: 1000 },
    ]);
    const { ETag } = await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload: { Parts: done } }),
    );
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
    expect(Buffer.concat(parts).equals((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(true);

    const second = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "never" }));
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "never", UploadId: second.UploadId }));
    await expect(
      s3.send(new ListPartsCommand({ Bucket, Key: "never", UploadId: second.UploadId })),
    ).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it("are reached by a bucket in the host name too", async () => {
    const { s3, server } = await withBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "hello" }));
    const port = new URL(server.endpoint).port;
    for (const host of [`${Bucket}.localhost:${port}`, `${Bucket}.s3.localhost:${port}`]) {
      const reply = await raw(server.endpoint, { path: "/a/b", headers: { host, authorization: signed("s3") } });
      expect(reply).toMatchObject({ status: 200, text: "hello" });
    }
    const virtual = new S3Client(clientConfig(`http://localhost:${port}`));
    const listed = await virtual.send(new ListObjectsV2Command({ Bucket })).catch((error: unknown) => error);
    // Where the system resolves *.localhost, the SDK's default style works as well.
    if (!(listed instanceof Error && "code" in listed && listed.code === "ENOTFOUND")) {
      expect(listed).toMatchObject({ Contents: [{ Key: "a/b" }] });
    }
    virtual.destroy();
  });
});

describe("errors", () => {
  it("tell which operation is not supported, and which are", async () => {
    const { s3 } = await withBucket();
    await expect(s3.send(new GetBucketWebsiteCommand({ Bucket }))).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(/GetBucketWebsite of S3.*PutObject.*emulator/),
      $metadata: { httpStatusCode: 501 },
    });
  });

  it.each([
    ["is not well-formed", "<Tagging><TagSet>"],
    ["has another root", "<Other/>"],
    ["declares a document type", '<!DOCTYPE x [<!ENTITY a "b">]><Tagging/>'],
    [
      "has a number that is none",
      "<LifecycleConfiguration><Rule><Expiration><Days>soon</Days></Expiration></Rule></LifecycleConfiguration>",
      `/${Bucket}?lifecycle`,
    ],
  ])("refuse a document that %s", async (_what, body, path = `/${Bucket}?tagging`) => {
    const { server } = await withBucket();
    const reply = await raw(server.endpoint, { method: "PUT", path, headers: { authorization: signed("s3") }, body });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("<Code>MalformedXML</Code>");
  });

  it.each([
    ["a size that is none", "zz\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
    ["a chunk that is cut off", "ff\r\nhello", "IncompleteBody"],
    ["no end", "5\r\nhello\r\n", "InvalidRequest"],
    ["less than it declared", "4\r\nhell\r\n0\r\n\r\n", "IncompleteBody"],
    ["a chunk longer than it says", "3\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
  ])("refuse chunks with %s", async (_what, body, code) => {
    const { server } = await withBucket();
    const reply = await raw(server.endpoint, {
      method: "PUT",
      path: `/${Bucket}/k`,
      headers: {
        authorization: signed("s3"),
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
      },
      body,
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(`<Code>${code}</Code>`);
  });

  it("refuse what is too large by its declared length, before it is read", async () => {
    const { server } = await withBucket();
    for (const header of ["content-length", "x-amz-decoded-content-length"]) {
      const reply = await raw(server.endpoint, {
        method: "PUT",
        path: `/${Bucket}/k`,
        headers: {
          authorization: signed("s3"),
          "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          [header]: String(300 * MIB),
        },
      });
      expect(reply.status).toBe(400);
      expect(reply.text).toMatch(/<Code>EntityTooLarge<\/Code>.*268435456 bytes.*CreateMultipartUpload/);
    }
  });

  it("refuse a path that is not percent-encoded UTF-8", async () => {
    const { server } = await withBucket();
    const reply = await raw(server.endpoint, { path: `/${Bucket}/%ff`, headers: { authorization: signed("s3") } });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("<Code>InvalidURI</Code>");
  });
});
