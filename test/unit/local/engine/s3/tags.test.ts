import { describe, expect, test } from "vitest";
import { S3Engine } from "../../../../../lib/local/engine/s3/index.ts";
import { BUCKET, DAY, errorOf, HERE, S3Fixture } from "./fixture.ts";

const queueArn = "arn:aws:sqs:eu-central-1:111111111111:events";

function tagsOf({ s3 }: S3Fixture, Key: string) {
  return s3.call(HERE, "GetObjectTagging", { Bucket: BUCKET, Key }).TagSet;
}

function putTags({ s3 }: S3Fixture, Key: string, ...TagSet: { Key: string; Value: string }[]) {
  return s3.call(HERE, "PutObjectTagging", { Bucket: BUCKET, Key, Tagging: { TagSet } });
}

describe("tags of an object", () => {
  test("come with it, are replaced and removed; reads only count them", () => {
    const fixture = new S3Fixture();
    fixture.put("k", "x", { Tagging: "team=a%20b&empty=" });
    expect(tagsOf(fixture, "k")).toEqual([
      { Key: "team", Value: "a b" },
      { Key: "empty", Value: "" },
    ]);
    expect(fixture.get("k").TagCount).toBe(2);
    expect(fixture.head("k").TagCount).toBe(2);
    putTags(fixture, "k", { Key: "__proto__", Value: "1" });
    expect(tagsOf(fixture, "k")).toEqual([{ Key: "__proto__", Value: "1" }]);
    fixture.s3.call(HERE, "DeleteObjectTagging", { Bucket: BUCKET, Key: "k" });
    expect(tagsOf(fixture, "k")).toEqual([]);
    expect(fixture.get("k").TagCount).toBeUndefined();
  });

  test("a new object under the same key has none of them; a copy has them, unless it replaces them", () => {
    const fixture = new S3Fixture();
    fixture.put("k", "x", { Tagging: "a=1" });
    const CopySource = `${BUCKET}/k`;
    fixture.s3.call(HERE, "CopyObject", { Bucket: BUCKET, Key: "same", CopySource });
    fixture.s3.call(HERE, "CopyObject", {
      Bucket: BUCKET,
      Key: "other",
      CopySource,
      TaggingDirective: "REPLACE",
      Tagging: "b=2",
    });
    fixture.put("k");
    expect([tagsOf(fixture, "k"), tagsOf(fixture, "same"), tagsOf(fixture, "other")]).toEqual([
      [],
      [{ Key: "a", Value: "1" }],
      [{ Key: "b", Value: "2" }],
    ]);
  });

  test("are refused beyond the limits", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    const refused = (...tags: [string, string][]) =>
      errorOf(() => putTags(fixture, "k", ...tags.map(([Key, Value]) => ({ Key, Value })))).code;
    expect(refused(...Array.from({ length: 11 }, (_, index): [string, string] => [`k${index}`, ""]))).toBe(
      "BadRequest",
    );
    expect(refused(["a", "1"], ["a", "2"])).toBe("InvalidTag");
    expect(refused(["aws:own", "1"])).toBe("InvalidTag");
    expect(refused(["", "1"])).toBe("InvalidTag");
    expect(refused(["k".repeat(129), "1"])).toBe("InvalidTag");
    expect(refused(["k", "v".repeat(257)])).toBe("InvalidTag");
    expect(errorOf(() => fixture.put("other", "x", { Tagging: "a=1&a=2" })).code).toBe("InvalidArgument");
    expect(errorOf(() => tagsOf(fixture, "other")).code).toBe("NoSuchKey");
    expect(tagsOf(fixture, "k")).toEqual([]);
  });

  test("decide which objects a lifecycle rule expires", () => {
    const fixture = new S3Fixture();
    fixture.put("short", "x", { Tagging: "keep=no&more=1" });
    fixture.put("long", "x", { Tagging: "keep=yes" });
    fixture.put("none");
    fixture.s3.call(HERE, "PutBucketLifecycleConfiguration", {
      Bucket: BUCKET,
      LifecycleConfiguration: {
        Rules: [{ Status: "Enabled", Filter: { Tag: { Key: "keep", Value: "no" } }, Expiration: { Days: 1 } }],
      },
    });
    expect(fixture.head("short").Expiration).toBeDefined();
    expect(fixture.head("long").Expiration).toBeUndefined();
    fixture.environment.time += 3 * DAY;
    expect(fixture.keys()).toEqual(["long", "none"]);
  });

  test("are events of their own", () => {
    const fixture = new S3Fixture();
    fixture.put("k");
    fixture.s3.call(HERE, "PutBucketNotificationConfiguration", {
      Bucket: BUCKET,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queueArn, Events: ["s3:ObjectTagging:*"] }] },
    });
    fixture.deliveries.length = 0;
    putTags(fixture, "k", { Key: "a", Value: "1" });
    fixture.s3.call(HERE, "DeleteObjectTagging", { Bucket: BUCKET, Key: "k" });
    expect(fixture.deliveries.map(({ body }) => JSON.parse(body).Records[0].eventName)).toEqual([
      "ObjectTagging:Put",
      "ObjectTagging:Delete",
    ]);
  });

  test("survive a snapshot", () => {
    const fixture = new S3Fixture();
    fixture.put("k", "x", { Tagging: "a=1" });
    const restored = new S3Engine({
      environment: fixture.environment,
      deliver: () => ({ status: "delivered", messageId: "m" }),
    });
    restored.restore(JSON.parse(JSON.stringify(fixture.s3.snapshot())));
    expect(restored.call(HERE, "GetObjectTagging", { Bucket: BUCKET, Key: "k" }).TagSet).toEqual([
      { Key: "a", Value: "1" },
    ]);
  });
});
