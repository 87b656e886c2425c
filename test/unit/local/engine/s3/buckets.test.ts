import { describe, expect, test } from "vitest";
import { S3Engine } from "../../../../../lib/local/engine/s3/index.ts";
import { BUCKET, bytes, DAY, errorOf, HERE, S3Fixture, TestEnvironment, textOf } from "./fixture.ts";

const NORTH = { region: "us-east-1", accountId: "111111111111" };
const STRANGER = { ...HERE, accountId: "222222222222" };

describe("buckets", () => {
  test("are made, found, listed and deleted", () => {
    const { s3 } = new S3Fixture();
    s3.call(NORTH, "CreateBucket", { Bucket: "another" });
    expect(s3.call(HERE, "HeadBucket", { Bucket: "another" }).BucketRegion).toBe("us-east-1");
    expect(s3.call(HERE, "ListBuckets", {}).Buckets?.map((bucket) => bucket.Name)).toEqual(["another", BUCKET]);
    expect(s3.call(HERE, "ListBuckets", { Prefix: "p" }).Buckets).toHaveLength(1);
    expect(s3.call(STRANGER, "ListBuckets", {}).Buckets).toEqual([]);
    s3.call(HERE, "DeleteBucket", { Bucket: "another" });
    expect(errorOf(() => s3.call(HERE, "HeadBucket", { Bucket: "another" }))).toMatchObject({
      code: "NotFound",
      statusCode: 404,
    });
    expect(errorOf(() => s3.call(HERE, "DeleteBucket", { Bucket: "another" })).code).toBe("NoSuchBucket");
  });

  test.each([
    "ab",
    "x".repeat(64),
    "Upper",
    "under_score",
    "-start",
    "end-",
    ".start",
    "two..dots",
    "192.168.5.4",
    "xn--a",
    "a-s3alias",
    "sp ace",
    "",
  ])("are not named %j", (Bucket) => {
    const { s3 } = new S3Fixture();
    expect(errorOf(() => s3.call(HERE, "CreateBucket", { Bucket }))).toEqual({
      code: "InvalidBucketName",
      statusCode: 400,
      message: "The specified bucket is not valid.",
    });
  });

  test.each(["abc", "a.b-c1", "x".repeat(63), "1st"])("may be named %j", (Bucket) => {
    const { s3 } = new S3Fixture();
    expect(s3.call(HERE, "CreateBucket", { Bucket }).Location).toBe(`/${Bucket}`);
  });

  test("are made once, except in us-east-1", () => {
    const { s3 } = new S3Fixture();
    expect(errorOf(() => s3.call(HERE, "CreateBucket", { Bucket: BUCKET }))).toMatchObject({
      code: "BucketAlreadyOwnedByYou",
      statusCode: 409,
    });
    expect(errorOf(() => s3.call(STRANGER, "CreateBucket", { Bucket: BUCKET })).code).toBe("BucketAlreadyExists");
    for (let round = 0; round < 2; round++) {
      s3.call(NORTH, "CreateBucket", { Bucket: "north" });
    }
    expect(errorOf(() => s3.call(HERE, "CreateBucket", { Bucket: "north" })).code).toBe("BucketAlreadyOwnedByYou");
  });

  test("lie where they are asked to", () => {
    const { s3 } = new S3Fixture();
    const create = (LocationConstraint: string) =>
      Reflect.apply(s3.call, s3, [
        HERE,
        "CreateBucket",
        { Bucket: "there", CreateBucketConfiguration: { LocationConstraint } },
      ]);
    expect(errorOf(() => create("eu-west-1")).code).toBe("IllegalLocationConstraintException");
    expect(errorOf(() => create("us-east-1")).code).toBe("InvalidLocationConstraint");
    create("eu-central-1");
    expect(s3.call(HERE, "GetBucketLocation", { Bucket: "there" }).LocationConstraint).toBe("eu-central-1");
    s3.call(NORTH, "CreateBucket", { Bucket: "north" });
    expect(s3.call(HERE, "GetBucketLocation", { Bucket: "north" }).LocationConstraint).toBeUndefined();
  });

  test("with objects are not deleted", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    expect(errorOf(() => fixture.s3.call(HERE, "DeleteBucket", { Bucket: BUCKET }))).toEqual({
      code: "BucketNotEmpty",
      statusCode: 409,
      message: "The bucket you tried to delete is not empty",
    });
  });
});

describe("the configuration of a bucket", () => {
  test("policy", () => {
    const { s3 } = new S3Fixture();
    const get = () => s3.call(HERE, "GetBucketPolicy", { Bucket: BUCKET }).Policy;
    expect(errorOf(get)).toMatchObject({ code: "NoSuchBucketPolicy", statusCode: 404 });
    const Policy = '{"Statement":[]}';
    s3.call(HERE, "PutBucketPolicy", { Bucket: BUCKET, Policy });
    expect(get()).toBe(Policy);
    for (const bad of ["", "[]", "{}", "null", "x"]) {
      expect(errorOf(() => s3.call(HERE, "PutBucketPolicy", { Bucket: BUCKET, Policy: bad })).code).toBe(
        "MalformedPolicy",
      );
    }
    s3.call(HERE, "DeleteBucketPolicy", { Bucket: BUCKET });
    expect(errorOf(get).code).toBe("NoSuchBucketPolicy");
  });

  test("encryption is AES256 until it is set", () => {
    const { s3 } = new S3Fixture();
    const get = () => s3.call(HERE, "GetBucketEncryption", { Bucket: BUCKET }).ServerSideEncryptionConfiguration?.Rules;
    expect(get()?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
    const put = (rule: object) =>
      s3.call(HERE, "PutBucketEncryption", { Bucket: BUCKET, ServerSideEncryptionConfiguration: { Rules: [rule] } });
    put({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "k" } });
    expect(get()?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: "k" });
    const wrong = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: "k" } };
    expect(errorOf(() => put(wrong)).code).toBe("InvalidArgument");
    expect(errorOf(() => put({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "rot13" } })).code).toBe(
      "MalformedXML",
    );
  });

  test("public access is blocked until it is set otherwise", () => {
    const { s3 } = new S3Fixture();
    const get = () => s3.call(HERE, "GetPublicAccessBlock", { Bucket: BUCKET }).PublicAccessBlockConfiguration;
    expect(get()).toMatchObject({ BlockPublicAcls: true, RestrictPublicBuckets: true });
    s3.call(HERE, "PutPublicAccessBlock", {
      Bucket: BUCKET,
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
    });
    expect(get()).toEqual({
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    });
  });

  test("versioning is recorded, with a warning that no versions are kept", () => {
    const fixture = new S3Fixture();
    const put = (Status: "Enabled" | "Suspended") =>
      fixture.s3.call(HERE, "PutBucketVersioning", { Bucket: BUCKET, VersioningConfiguration: { Status } });
    expect(fixture.s3.call(HERE, "GetBucketVersioning", { Bucket: BUCKET })).toEqual({});
    expect(fixture.s3.warnings).toEqual([]);
    put("Enabled");
    put("Enabled");
    expect(fixture.s3.call(HERE, "GetBucketVersioning", { Bucket: BUCKET })).toEqual({ Status: "Enabled" });
    expect(fixture.s3.warnings).toHaveLength(1);
    expect(fixture.s3.warnings[0]).toContain("keeps no versions");
    expect(fixture.put("k")).not.toHaveProperty("VersionId");
    expect(errorOf(() => Reflect.apply(put, undefined, ["Maybe"])).code).toBe("MalformedXML");
  });

  test("tags", () => {
    const { s3 } = new S3Fixture();
    const get = () => s3.call(HERE, "GetBucketTagging", { Bucket: BUCKET }).TagSet;
    const put = (...TagSet: { Key: string; Value: string }[]) =>
      s3.call(HERE, "PutBucketTagging", { Bucket: BUCKET, Tagging: { TagSet } });
    expect(errorOf(get)).toMatchObject({ code: "NoSuchTagSet", statusCode: 404 });
    put({ Key: "a", Value: "1" });
    expect(get()).toEqual([{ Key: "a", Value: "1" }]);
    expect(errorOf(() => put({ Key: "a", Value: "1" }, { Key: "a", Value: "2" })).code).toBe("InvalidTag");
    s3.call(HERE, "DeleteBucketTagging", { Bucket: BUCKET });
    expect(errorOf(get).code).toBe("NoSuchTagSet");
  });

  test("an operation that the engine does not have is refused by name", () => {
    const { s3 } = new S3Fixture();
    const error = errorOf(() => Reflect.apply(s3.call, s3, [HERE, "PutBucketWebsite", {}]));
    expect(error).toMatchObject({ code: "NotImplemented", statusCode: 501 });
    expect(error.message).toContain("PutBucketWebsite");
  });
});

describe("lifecycle", () => {
  const configure = (fixture: S3Fixture, ...Rules: object[]) =>
    Reflect.apply(fixture.s3.call, fixture.s3, [
      HERE,
      "PutBucketLifecycleConfiguration",
      { Bucket: BUCKET, LifecycleConfiguration: { Rules } },
    ]);

  test("expires objects under the prefix at the midnight after their days, not earlier", () => {
    const fixture = new S3Fixture();
    configure(fixture, { ID: "short", Status: "Enabled", Filter: { Prefix: "tmp/" }, Expiration: { Days: 1 } });
    const put = fixture.put("tmp/a");
    fixture.put("keep/a");
    // 2026-11-21 12:00 plus a day is rounded up to 2026-11-23 00:00.
    expect(put.Expiration).toBe('expiry-date="Mon, 23 Nov 2026 00:00:00 GMT", rule-id="short"');
    fixture.environment.time = Date.UTC(2026, 10, 22, 23, 59, 59, 999);
    expect(fixture.keys()).toEqual(["keep/a", "tmp/a"]);
    fixture.environment.time = Date.UTC(2026, 10, 23);
    expect(errorOf(() => fixture.get("tmp/a")).code).toBe("NoSuchKey");
    expect(fixture.keys()).toEqual(["keep/a"]);
    fixture.s3.call(HERE, "DeleteObject", { Bucket: BUCKET, Key: "keep/a" });
    fixture.s3.call(HERE, "DeleteBucket", { Bucket: BUCKET });
  });

  test("new rules look at old objects, disabled ones at none", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    fixture.environment.time += 10 * DAY;
    configure(fixture, { Status: "Disabled", Filter: {}, Expiration: { Days: 1 } });
    expect(fixture.keys()).toEqual(["k"]);
    configure(fixture, { Status: "Enabled", Filter: {}, Expiration: { Days: 1 } });
    expect(fixture.keys()).toEqual([]);
  });

  test("knows dates, sizes, both forms of a prefix, and no tags", () => {
    const fixture = new S3Fixture();
    configure(
      fixture,
      { Status: "Enabled", Prefix: "old/", Expiration: { Date: new Date(Date.UTC(2026, 10, 22)) } },
      { Status: "Enabled", Filter: { And: { Prefix: "big/", ObjectSizeGreaterThan: 5 } }, Expiration: { Days: 1 } },
      { Status: "Enabled", Filter: { Tag: { Key: "a", Value: "b" } }, Expiration: { Days: 1 } },
    );
    for (const key of ["old/a", "big/a", "tagged"]) {
      fixture.put(key, "12345");
    }
    fixture.put("big/b", "123456");
    fixture.environment.time += 3 * DAY;
    expect(fixture.keys()).toEqual(["big/a", "tagged"]);
  });

  test("aborts uploads that nobody finished", () => {
    const fixture = new S3Fixture();
    configure(fixture, { Status: "Enabled", Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
    const input = { Bucket: BUCKET, Key: "k" };
    const { UploadId } = fixture.s3.call(HERE, "CreateMultipartUpload", input);
    fixture.environment.time += 3 * DAY;
    expect(errorOf(() => fixture.s3.call(HERE, "ListParts", { ...input, UploadId })).code).toBe("NoSuchUpload");
  });

  test("is answered with ids, deleted, and checked", () => {
    const fixture = new S3Fixture();
    const get = () => fixture.s3.call(HERE, "GetBucketLifecycleConfiguration", { Bucket: BUCKET }).Rules ?? [];
    expect(errorOf(get)).toMatchObject({ code: "NoSuchLifecycleConfiguration", statusCode: 404 });
    configure(fixture, { Status: "Enabled", Filter: {}, Expiration: { Days: 1 } });
    expect(get()[0]?.ID).toMatch(/^[\da-f-]{36}$/);
    fixture.s3.call(HERE, "DeleteBucketLifecycle", { Bucket: BUCKET });
    expect(errorOf(get).code).toBe("NoSuchLifecycleConfiguration");
    const refused = (...rules: object[]) => errorOf(() => configure(fixture, ...rules)).code;
    expect(refused()).toBe("MalformedXML");
    expect(refused({ Status: "On", Filter: {}, Expiration: { Days: 1 } })).toBe("MalformedXML");
    expect(refused({ Status: "Enabled", Filter: {} })).toBe("InvalidRequest");
    expect(refused({ Status: "Enabled", Filter: {}, Expiration: { Days: 0 } })).toBe("InvalidArgument");
    expect(refused({ Status: "Enabled", Filter: {}, Expiration: { Date: new Date(1) } })).toBe("InvalidArgument");
    const same = { ID: "a", Status: "Enabled", Filter: {}, Expiration: { Days: 1 } };
    expect(refused(same, same)).toBe("InvalidArgument");
  });
});

test("a snapshot, written as JSON and restored, goes on where it was", () => {
  const fixture = new S3Fixture();
  fixture.put("k", "häß", { Metadata: { m: "1" } });
  Reflect.apply(fixture.s3.call, fixture.s3, [
    HERE,
    "PutBucketLifecycleConfiguration",
    {
      Bucket: BUCKET,
      LifecycleConfiguration: {
        Rules: [{ ID: "r", Status: "Enabled", Prefix: "old/", Expiration: { Date: new Date(Date.UTC(2026, 10, 22)) } }],
      },
    },
  ]);
  const upload = fixture.s3.call(HERE, "CreateMultipartUpload", { Bucket: BUCKET, Key: "u" });
  const part = { Bucket: BUCKET, Key: "u", UploadId: upload.UploadId };
  const { ETag } = fixture.s3.call(HERE, "UploadPart", { ...part, PartNumber: 1, Body: bytes("part") });
  const snapshot = JSON.parse(JSON.stringify(fixture.s3.snapshot()));

  const environment = new TestEnvironment();
  const copy = new S3Engine({ environment, deliver: () => ({ status: "delivered", messageId: "m" }) });
  copy.restore(snapshot);
  expect(copy.call(HERE, "GetObject", { Bucket: BUCKET, Key: "k" })).toEqual(fixture.get("k"));
  copy.call(HERE, "CompleteMultipartUpload", { ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
  expect(textOf(copy.call(HERE, "GetObject", { Bucket: BUCKET, Key: "u" }).Body)).toBe("part");
  copy.call(HERE, "PutObject", { Bucket: BUCKET, Key: "old/a", Body: bytes("x") });
  environment.time += DAY;
  expect(copy.call(HERE, "ListObjectsV2", { Bucket: BUCKET }).Contents?.map((object) => object.Key)).toEqual([
    "k",
    "u",
  ]);
  expect(fixture.keys()).toEqual(["k"]);
  expect(JSON.parse(JSON.stringify(fixture.s3.snapshot()))).toEqual(snapshot);
});
