import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as kms from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import { BILLING, Match, newStack, newTopic, newWorkQueue, properties, resource, templateOf } from "./support.ts";

const BUCKET = "AWS::S3::Bucket";
type Rules = { Rules: Record<string, unknown>[] };

function bucketOf(
  props: Parameters<typeof newTopic>[0],
  options: Parameters<ReturnType<typeof newTopic>["fanOut"]>[1][] = [],
) {
  const topic = newTopic(props);
  for (const [index, option] of options.entries()) {
    topic.fanOut(`S${index}`, option);
  }
  return properties(templateOf(topic), BUCKET, "OrdersPayloadsBucket");
}
const expirationOf = (bucket: Record<string, unknown>) =>
  (bucket.LifecycleConfiguration as Rules).Rules.map((rule) => rule.ExpirationInDays);

describe("the payload bucket", () => {
  test("is there only when asked for", () => {
    templateOf(newTopic()).resourceCountIs(BUCKET, 0);
    templateOf(newTopic({ largePayloads: false })).resourceCountIs(BUCKET, 0);
    expect(newTopic().payloadBucket).toBeUndefined();
    expect(newTopic({ largePayloads: true }).payloadBucket).toBeDefined();
  });

  test("is private, encrypted, owned by the account, without versions, and retained", () => {
    const topic = newTopic({ largePayloads: true });
    const template = templateOf(topic);
    const bucket = properties(template, BUCKET, "OrdersPayloadsBucket");
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
    expect(bucket.VersioningConfiguration).toBeUndefined();
    expect(resource(template, BUCKET, "OrdersPayloadsBucket").DeletionPolicy).toBe("Retain");
  });

  test("takes nothing without TLS", () => {
    const policy = properties(templateOf(newTopic({ largePayloads: true })), "AWS::S3::BucketPolicy", "OrdersPayloads");
    expect(policy.PolicyDocument).toMatchObject({
      Statement: [{ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    });
  });

  test("is encrypted with the topic's key, and destroyed when asked to", () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, "Key");
    const topic = newTopic({ largePayloads: true, encryptionKey, removalPolicy: RemovalPolicy.DESTROY }, stack);
    const template = templateOf(topic);
    expect(properties(template, BUCKET, "OrdersPayloadsBucket").BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } },
      ],
    });
    expect(resource(template, BUCKET, "OrdersPayloadsBucket").DeletionPolicy).toBe("Delete");
  });

  test("expires payloads under the prefix, and pieces of uploads after a day", () => {
    expect((bucketOf({ largePayloads: true }).LifecycleConfiguration as Rules).Rules).toEqual([
      {
        Id: "fanfare-orders",
        Prefix: "orders/",
        Status: "Enabled",
        ExpirationInDays: 73,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]);
  });

  test("keeps payloads for the longest of its subscribers, added after it", () => {
    const day = { retention: Duration.days(1), deadLetter: { retention: Duration.days(1) } };
    expect(expirationOf(bucketOf({ largePayloads: true }, [day]))).toEqual([23 + 14 + 4]);
    const longer = { retention: Duration.days(14) };
    expect(expirationOf(bucketOf({ largePayloads: true }, [day, longer, {}]))).toEqual([23 + 14 + 2 * 28]);
  });

  test("rounds up to whole days", () => {
    const odd = { retention: Duration.hours(1), deadLetter: { retention: Duration.hours(1) } };
    expect(expirationOf(bucketOf({ largePayloads: true }, [odd]))).toEqual([38]);
  });

  test("keeps payloads longer when asked to", () => {
    expect(expirationOf(bucketOf({ largePayloads: { expiration: Duration.days(400) } }, [{}]))).toEqual([400]);
  });

  test("can be the user's own, which gets the rule beside its own ones", () => {
    const stack = newStack();
    const other = { prefix: "other/", expiration: Duration.days(1) };
    const bucket = new s3.Bucket(stack, "Own", { lifecycleRules: [other] });
    const topic = newTopic({ largePayloads: { bucket, prefix: "big/payloads" } }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    const template = templateOf(topic);
    template.resourceCountIs(BUCKET, 1);
    const { Rules } = properties(template, BUCKET, "Own").LifecycleConfiguration as Rules;
    expect(Rules.map((rule) => [rule.Prefix, rule.ExpirationInDays])).toEqual([
      ["other/", 1],
      ["big/payloads/", 73],
    ]);
    expect(JSON.stringify(template.toJSON())).toContain("/big/payloads/*");
  });

  test("that is imported needs its rule by hand, says a warning", () => {
    const stack = newStack();
    const bucket = s3.Bucket.fromBucketName(stack, "Own", "own");
    newTopic({ largePayloads: { bucket } }, stack).fanOut("Billing");
    Annotations.fromStack(stack).hasWarning(
      "/Shop/Orders/Payloads",
      Match.stringLikeRegexp("expires objects under orders/ after at least 73 days"),
    );
  });

  test("of a work queue keeps payloads for one redrive, without SNS", () => {
    const work = newWorkQueue({ largePayloads: { threshold: Size.kibibytes(300) } });
    expect(expirationOf(properties(templateOf(work), BUCKET, "ImagesPayloads"))).toEqual([36]);
  });
});
