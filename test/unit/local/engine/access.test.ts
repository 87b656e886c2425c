import { describe, expect, test } from "vitest";
import { AwsError, type CallContext } from "../../../../lib/local/engine/kernel/index.ts";
import { S3Engine } from "../../../../lib/local/engine/s3/index.ts";
import { SnsEngine } from "../../../../lib/local/engine/sns/index.ts";
import { SqsEngine } from "../../../../lib/local/engine/sqs/index.ts";

const OWNER: CallContext = { region: "eu-central-1", accountId: "111111111111" };
const OTHER: CallContext = { region: "eu-central-1", accountId: "222222222222" };
let seed = 1;
const environment = {
  now: () => 0,
  random: () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  },
};

/** "allowed", or the code and words of the refusal. */
function outcome(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code} ${error.statusCode}: ${error.message}`;
    }
    throw error;
  }
  return "allowed";
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (more: object) => ({ Effect: "Allow", Principal: "*", Resource: "*", ...more });
const deny = (more: object) => ({ Effect: "Deny", Principal: "*", Resource: "*", ...more });
/** Lets nobody in who does not come from the endpoint. */
const outside = { Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } };
/** Lets nobody in who does not use TLS; the local runtime counts as if it did. */
const plain = { Condition: { Bool: { "aws:SecureTransport": "false" } } };

describe("the policy of a queue", () => {
  const sqs = new SqsEngine({ environment });
  const { QueueUrl = "" } = sqs.call(OWNER, "CreateQueue", { QueueName: "queue" });
  const set = (Policy: string) => sqs.call(OWNER, "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  const send = (context: CallContext) =>
    outcome(() => sqs.call(context, "SendMessage", { QueueUrl, MessageBody: "x" }));

  test("lets other accounts in, for what it allows and no policy may not", () => {
    set("");
    const words = "User: arn:aws:iam::222222222222:root is not authorized to perform: sqs:sendmessage on resource:";
    expect(send(OTHER)).toContain(`AccessDeniedException 403: ${words}`);
    expect(send(OTHER)).toContain("because no resource-based policy allows");
    set(policy(allow({ Action: "sqs:*" })));
    expect(send(OTHER)).toBe("allowed");
    const entries = [{ Id: "a", MessageBody: "x" }];
    expect(outcome(() => sqs.call(OTHER, "SendMessageBatch", { QueueUrl, Entries: entries }))).toBe("allowed");
    expect(outcome(() => sqs.call(OTHER, "DeleteQueue", { QueueUrl }))).toContain("AccessDenied");
  });

  test("denies its own account, too, but never to be unlocked", () => {
    set(policy(deny({ Action: "sqs:*", ...outside })));
    expect(send(OWNER)).toContain("with an explicit deny in a resource-based policy");
    set(policy(deny({ Action: "sqs:*", ...plain })));
    expect(send(OWNER)).toBe("allowed");
  });
});

describe("the policy of a topic", () => {
  const sqs = new SqsEngine({ environment });
  const sns = new SnsEngine({ environment, deliver: (delivery) => sqs.deliver(delivery) });
  const { TopicArn = "" } = sns.call(OWNER, "CreateTopic", { Name: "topic" });
  const set = (AttributeValue: string) =>
    sns.call(OWNER, "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });

  test("decides on subscriptions by protocol", () => {
    const condition = { Condition: { StringEquals: { "SNS:Protocol": "https" } } };
    set(policy(allow({ Action: "sns:Subscribe", Resource: TopicArn, ...condition })));
    const subscribe = (Protocol: string, Endpoint: string) =>
      outcome(() => sns.call(OTHER, "Subscribe", { TopicArn, Protocol, Endpoint }));
    expect(subscribe("https", "https://example.com/")).toBe("allowed");
    expect(subscribe("sqs", "arn:aws:sqs:eu-central-1:222222222222:queue")).toContain("AuthorizationError 403");
  });

  test("says whether a statement denied or none allowed", () => {
    const publish = (context: CallContext) => outcome(() => sns.call(context, "Publish", { TopicArn, Message: "x" }));
    expect(publish(OTHER)).toContain("because no resource-based policy allows the SNS:Publish action");
    set(policy(deny({ Action: "sns:Publish", Resource: TopicArn, ...outside })));
    expect(publish(OWNER)).toContain("with an explicit deny in a resource-based policy");
  });
});

describe("the policy of a bucket", () => {
  const s3 = new S3Engine({ environment, deliver: () => ({ status: "delivered", messageId: "m" }) });
  const Bucket = "bucket";
  s3.call(OWNER, "CreateBucket", { Bucket });
  s3.call(OWNER, "PutObject", { Bucket, Key: "open/k", Tagging: "public=yes" });
  s3.call(OWNER, "PutObject", { Bucket, Key: "closed" });
  const set = (...statements: object[]) => s3.call(OWNER, "PutBucketPolicy", { Bucket, Policy: policy(...statements) });
  const get = (context: CallContext, Key: string) => outcome(() => s3.call(context, "GetObject", { Bucket, Key }));
  const list = (Prefix: string) => outcome(() => s3.call(OTHER, "ListObjectsV2", { Bucket, Prefix }));
  const DENIED = "AccessDenied 403: Access Denied";

  test("lets other accounts at the keys, prefixes and tags that it allows", () => {
    expect(get(OTHER, "open/k")).toBe(DENIED);
    set(
      allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/open/*" }),
      allow({
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::bucket",
        Condition: { StringLike: { "s3:prefix": "open/*" } },
      }),
    );
    expect([get(OTHER, "open/k"), get(OTHER, "closed"), list("open/"), list("")]).toEqual([
      "allowed",
      DENIED,
      "allowed",
      DENIED,
    ]);
    set(allow({ Action: "s3:GetObject", Condition: { StringEquals: { "s3:ExistingObjectTag/public": "yes" } } }));
    expect([get(OTHER, "open/k"), get(OTHER, "closed")]).toEqual(["allowed", DENIED]);
  });

  test("denies its own account, too, but never to be replaced", () => {
    set(deny({ Action: "s3:*", ...outside }));
    expect(get(OWNER, "closed")).toBe(DENIED);
    set(deny({ Action: "s3:*", ...plain }));
    expect(get(OWNER, "closed")).toBe("allowed");
    set(
      deny({
        Action: "s3:PutObject",
        Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      }),
    );
    const put = (more: object) => outcome(() => s3.call(OWNER, "PutObject", { Bucket, Key: "new", ...more }));
    expect(put({})).toBe(DENIED);
    expect(put({ ServerSideEncryption: "aws:kms" })).toBe("allowed");
  });

  test("is asked for the source of a copy, and for each key of DeleteObjects", () => {
    s3.call(OTHER, "CreateBucket", { Bucket: "target" });
    set(deny({ Action: "s3:DeleteObject", Resource: "arn:aws:s3:::bucket/closed" }));
    const copy = () =>
      outcome(() => s3.call(OTHER, "CopyObject", { Bucket: "target", Key: "k", CopySource: "bucket/closed" }));
    expect(copy()).toBe(DENIED);
    const { Deleted, Errors } = s3.call(OWNER, "DeleteObjects", {
      Bucket,
      Delete: { Objects: [{ Key: "closed" }, { Key: "open/k" }] },
    });
    expect(Deleted).toEqual([{ Key: "open/k" }]);
    expect(Errors).toMatchObject([{ Key: "closed", Code: "AccessDenied" }]);
    set(allow({ Action: "s3:GetObject" }));
    expect(copy()).toBe("allowed");
  });
});
