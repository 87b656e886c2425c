/** Siblings of what `sqs-as-aws`, `sns-as-aws` and `s3-as-aws` hold: the same kinds of agreement, elsewhere. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  AddPermissionCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { ACCOUNT, clientConfig, type Harness, REGION, raw, signed, startHarness } from "./support/harness.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
const OPEN = JSON.stringify({
  Statement: { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" },
});

async function createQueue({ sqs }: Pick<Harness, "sqs">, QueueName: string, more: Record<string, string> = {}) {
  const Attributes = { ...(QueueName.endsWith(".fifo") ? { FifoQueue: "true" } : {}), ...more };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function receive({ sqs }: Harness, QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }));
  return Messages;
}

async function subscribed(harness: Harness, Attributes: Record<string, string> = { RawMessageDelivery: "true" }) {
  const { TopicArn = "" } = await harness.sns.send(new CreateTopicCommand({ Name: "topic" }));
  const QueueUrl = await createQueue(harness, "target", { Policy: OPEN });
  const { SubscriptionArn = "" } = await harness.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn("target"), Attributes }),
  );
  return { TopicArn, QueueUrl, SubscriptionArn };
}

describe("receipt handles", () => {
  const inFlight = async (harness: Harness, name: string, VisibilityTimeout = "0") => {
    const QueueUrl = await createQueue(harness, name, { VisibilityTimeout });
    const ids = name.endsWith(".fifo") ? { MessageGroupId: "g", MessageDeduplicationId: "d" } : {};
    await harness.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", ...ids }));
    const [message] = await receive(harness, QueueUrl);
    return { QueueUrl, ReceiptHandle: message?.ReceiptHandle };
  };

  it("after the timeout: taken in a batch on a standard queue (API: ChangeMessageVisibilityBatch)", async () => {
    const harness = await startHarness();
    const { QueueUrl, ReceiptHandle } = await inFlight(harness, "orders");
    const Entries = [{ Id: "a", ReceiptHandle, VisibilityTimeout: 60 }];
    const changed = await harness.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(changed.Successful).toEqual([{ Id: "a" }]);
    expect(await receive(harness, QueueUrl)).toEqual([]);
  });

  it("after the timeout: refused on a FIFO queue, alone and in a batch", async () => {
    const harness = await startHarness();
    const { QueueUrl, ReceiptHandle } = await inFlight(harness, "orders.fifo");
    const change = { QueueUrl, ReceiptHandle, VisibilityTimeout: 60 };
    await expect(harness.sqs.send(new ChangeMessageVisibilityCommand(change))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
    const Entries = [{ Id: "a", ReceiptHandle, VisibilityTimeout: 60 }];
    const { Failed } = await harness.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(Failed).toMatchObject([{ Id: "a", SenderFault: true }]);
  });

  it("after the timeout: deletes from a standard queue (API: DeleteMessage), and is expired on a FIFO queue", async () => {
    const harness = await startHarness();
    const standard = await inFlight(harness, "orders");
    await harness.sqs.send(new DeleteMessageCommand(standard));
    expect(await receive(harness, standard.QueueUrl)).toEqual([]);
    const fifo = await inFlight(harness, "orders.fifo");
    await expect(harness.sqs.send(new DeleteMessageCommand(fifo))).rejects.toThrow("The receipt handle has expired");
  });

  it("of a deleted message: a deletion succeeds again, a change is refused", async () => {
    const harness = await startHarness();
    const { QueueUrl, ReceiptHandle } = await inFlight(harness, "orders", "60");
    await harness.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await harness.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 });
    await expect(harness.sqs.send(change)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it.each(["", "garbage", "AQEB", "__proto__"])("%j is refused as it is on AWS", async (ReceiptHandle) => {
    const harness = await startHarness();
    const QueueUrl = await createQueue(harness, "orders");
    const deletion = harness.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await expect(deletion).rejects.toMatchObject({
      name: ReceiptHandle === "" ? "MissingParameter" : "ReceiptHandleIsInvalid",
    });
  });
});

describe("lists without entries", () => {
  it("are absent in answers of SQS in JSON", async () => {
    const { sqs, ...rest } = await startHarness();
    expect(await sqs.send(new ListQueuesCommand({}))).not.toHaveProperty("QueueUrls");
    const QueueUrl = await createQueue({ sqs, ...rest }, "orders");
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).not.toHaveProperty("Messages");
    expect(await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).not.toHaveProperty("Tags");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const name of ["Attributes", "MessageAttributes", "MD5OfMessageAttributes"]) {
      expect(message).not.toHaveProperty(name);
    }
    const Entries = [{ Id: "a", ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 30 }];
    const changed = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(changed).not.toHaveProperty("Failed");
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(deleted).not.toHaveProperty("Failed");
  });

  it("of a required member are there: queueUrls (API: ListDeadLetterSourceQueues)", async () => {
    const { server, ...harness } = await startHarness();
    const QueueUrl = await createQueue(harness, "orders");
    const headers = { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.ListDeadLetterSourceQueues" };
    const reply = await raw(server.endpoint, { method: "POST", headers, body: JSON.stringify({ QueueUrl }) });
    expect(JSON.parse(reply.text)).toEqual({ queueUrls: [] });
    const { queueUrls } = await harness.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
    expect(queueUrls).toEqual([]);
  });

  it("are there in answers of SNS in XML: Failed, Tags, Subscriptions", async () => {
    const { sns } = await startHarness();
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "topic" }));
    const PublishBatchRequestEntries = [{ Id: "a", Message: "x" }];
    expect(await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).toHaveProperty(
      "Failed",
      [],
    );
    expect(await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).toHaveProperty("Tags", []);
    expect(await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).toHaveProperty("Subscriptions", []);
  });

  it("are absent in answers of S3", async () => {
    const { s3 } = await startHarness();
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    expect(await s3.send(new ListObjectsV2Command({ Bucket: "bucket" }))).not.toHaveProperty("Contents");
    expect(await s3.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }))).not.toHaveProperty("Uploads");
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: "bucket", Key: "k" }));
    expect(await s3.send(new ListPartsCommand({ Bucket: "bucket", Key: "k", UploadId }))).not.toHaveProperty("Parts");
  });
});

describe("the header X-Amzn-Trace-Id", () => {
  /** Adds the header to every request of the client. */
  function trace(client: Harness["s3"] | Harness["sqs"] | Harness["sns"]): void {
    (client.middlewareStack as Harness["sns"]["middlewareStack"]).add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"] = TRACE;
        return next(args);
      },
      { step: "build" },
    );
  }
  const traces = async (harness: Harness, QueueUrl: string) =>
    (await receive(harness, QueueUrl, { MessageSystemAttributeNames: ["AWSTraceHeader"] })).map(
      ({ Attributes }) => Attributes?.AWSTraceHeader,
    );

  it("of every call that makes or deletes an object is in what the bucket notifies", async () => {
    const harness = await startHarness();
    const { s3 } = harness;
    const QueueUrl = await createQueue(harness, "target", { Policy: OPEN });
    const Bucket = "bucket";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const QueueConfigurations = [
      { QueueArn: queueArn("target"), Events: ["s3:ObjectCreated:*" as const, "s3:ObjectRemoved:*" as const] },
    ];
    const NotificationConfiguration = { QueueConfigurations };
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration,
        SkipDestinationValidation: true,
      }),
    );
    trace(s3);
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
    const upload = { Bucket, Key: "c" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "x" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect(await traces(harness, QueueUrl)).toEqual([TRACE, TRACE, TRACE, TRACE]);
  });

  it("goes through a FIFO topic, and its spelling does not matter", async () => {
    const harness = await startHarness();
    const Attributes = { FifoTopic: "true", ContentBasedDeduplication: "true" };
    const { TopicArn } = await harness.sns.send(new CreateTopicCommand({ Name: "a.fifo", Attributes }));
    const QueueUrl = await createQueue(harness, "a.fifo", { Policy: OPEN });
    await harness.sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn("a.fifo") }));
    trace(harness.sns);
    await harness.sns.send(new PublishCommand({ TopicArn, Message: "x", MessageGroupId: "g" }));
    expect(await traces(harness, QueueUrl)).toEqual([TRACE]);
    const headers = { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.SendMessage", "x-amzn-trace-id": TRACE };
    const body = JSON.stringify({ QueueUrl: await createQueue(harness, "plain"), MessageBody: "x" });
    await raw(harness.server.endpoint, { method: "POST", headers, body });
    expect(await traces(harness, "plain")).toEqual([TRACE]);
  });
});

describe("a queue is named", () => {
  it.each([
    ["its plain name", () => "orders"],
    ["its path", () => `/${ACCOUNT}/orders`],
    ["its address on AWS", () => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders`],
    ["its older address", () => `https://${REGION}.queue.amazonaws.com/${ACCOUNT}/orders`],
    ["its address at the server", (endpoint: string) => `${endpoint}/${ACCOUNT}/orders`],
  ])("by %s in every call", async (_what, urlOf) => {
    const harness = await startHarness();
    const { sqs } = harness;
    await createQueue(harness, "orders");
    const QueueUrl = urlOf(harness.server.endpoint);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "y" }] }));
    const [message] = await receive(harness, QueueUrl);
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: "b" } }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "1" } }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn", "DelaySeconds"] }),
    );
    expect(Attributes).toEqual({ QueueArn: queueArn("orders"), DelaySeconds: "1" });
    await sqs.send(
      new AddPermissionCommand({ QueueUrl, Label: "l", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] }),
    );
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(receive(harness, QueueUrl)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});

describe("names of attributes to return", () => {
  it.each([
    [["Hel.*"], ["Hello", "Help"]],
    [["bar.*", "Hello"], ["Hello"]],
    [["Hell*"], []],
    [["hello"], []],
    [["Hello", "Hello"], ["Hello"]],
  ])("of a message: %j", async (MessageAttributeNames, expected) => {
    const harness = await startHarness();
    const QueueUrl = await createQueue(harness, "orders");
    const attribute = { DataType: "String", StringValue: "x" };
    const MessageAttributes = { Hello: attribute, Help: attribute, other: attribute };
    await harness.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
    const [message] = await receive(harness, QueueUrl, { MessageAttributeNames });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(expected);
  });

  it("of a queue: All are those that every queue has, and those that were set (API: GetQueueAttributes)", async () => {
    const harness = await startHarness();
    const QueueUrl = await createQueue(harness, "orders");
    const read = async () =>
      Object.keys(
        (await harness.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes ?? {},
      );
    const every = [
      ...["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible"],
      ...["CreatedTimestamp", "DelaySeconds", "LastModifiedTimestamp", "MaximumMessageSize", "MessageRetentionPeriod"],
      ...["QueueArn", "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout"],
    ];
    expect((await read()).sort()).toEqual(every);
    await harness.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: OPEN } }));
    expect((await read()).sort()).toEqual([...every, "Policy"].sort());
    await harness.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }));
    expect((await read()).sort()).toEqual(every);
  });
});

describe("configurations that nobody set are absent", () => {
  it.each([
    ["tags", new GetBucketTaggingCommand({ Bucket: "bucket" }), "NoSuchTagSet"],
    ["a policy", new GetBucketPolicyCommand({ Bucket: "bucket" }), "NoSuchBucketPolicy"],
    ["a lifecycle", new GetBucketLifecycleConfigurationCommand({ Bucket: "bucket" }), "NoSuchLifecycleConfiguration"],
  ] as const)("%s of a bucket (API Reference, Error responses)", async (_what, command, name) => {
    const { s3 } = await startHarness();
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await expect(s3.send(command as GetBucketTaggingCommand)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("headers of an object", async () => {
    const { s3 } = await startHarness();
    await s3.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "k", Body: "x" }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: "bucket", Key: "k" }));
    for (const name of [
      "CacheControl",
      "ContentEncoding",
      "ContentDisposition",
      "Expiration",
      "TagCount",
      "StorageClass",
      "PartsCount",
      "VersionId",
    ]) {
      expect(head).not.toHaveProperty(name);
    }
    const { TagCount } = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "k" }));
    expect(TagCount).toBeUndefined();
  });
});

describe("anything-but (Developer Guide, String value matching)", () => {
  const setFilter = async (harness: Harness, policy: object) => {
    const { SubscriptionArn, ...rest } = await subscribed(harness);
    const AttributeValue = JSON.stringify(policy);
    await harness.sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue }),
    );
    return rest;
  };

  it.each([
    ["a value", "red", ["red"]],
    ["a list", ["red", "green"], ["red", "green"]],
    ["a prefix", { prefix: "r" }, ["red"]],
    ["a suffix", { suffix: "d" }, ["red"]],
    ["a wildcard", { wildcard: "*e*" }, ["red", "green"]],
  ])("excludes %s", async (_what, excluded, without) => {
    const harness = await startHarness();
    const { TopicArn, QueueUrl } = await setFilter(harness, { color: [{ "anything-but": excluded }] });
    for (const color of ["red", "green", "black"]) {
      const MessageAttributes = { color: { DataType: "String", StringValue: color } };
      await harness.sns.send(new PublishCommand({ TopicArn, Message: color, MessageAttributes }));
    }
    const received = (await receive(harness, QueueUrl)).map(({ Body }) => Body);
    expect(received.sort()).toEqual(["red", "green", "black"].filter((color) => !without.includes(color)).sort());
  });

  it.each([
    ["equals-ignore-case, which is not documented there", { "equals-ignore-case": "red" }],
    ["an unknown operator", { constructor: "x" }],
    ["nothing", []],
  ])("is refused with %s", async (_what, excluded) => {
    const harness = await startHarness();
    await expect(setFilter(harness, { color: [{ "anything-but": excluded }] })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

describe("the policy of a topic (Developer Guide, Example cases for Amazon SNS access control)", () => {
  const statement = (TopicArn: string, more: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: TopicArn, ...more },
    });

  async function publishAs(more: object, accessKeyId: string): Promise<unknown> {
    const harness = await startHarness();
    const { TopicArn = "" } = await harness.sns.send(new CreateTopicCommand({ Name: "topic" }));
    const AttributeValue = statement(TopicArn, more);
    await harness.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue }));
    const caller = new SNSClient(clientConfig(harness.server.endpoint, { accessKeyId }));
    try {
      return await caller.send(new PublishCommand({ TopicArn, Message: "x" }));
    } finally {
      caller.destroy();
    }
  }

  const OTHER = "111111111111";
  it.each([
    ["another account", {}],
    ["one that a condition names", { Condition: { StringEquals: { "aws:PrincipalAccount": OTHER } } }],
    ["one over TLS, for which this server stands", { Condition: { Bool: { "aws:SecureTransport": "true" } } }],
  ])("lets %s publish", async (_what, more) => {
    expect(await publishAs(more, OTHER)).toHaveProperty("MessageId");
  });

  it.each([
    [
      "a Deny for all but a VPC endpoint",
      { Effect: "Deny", Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } },
      ACCOUNT,
    ],
    [
      "a Deny for an address",
      { Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1/32" } } },
      ACCOUNT,
    ],
    [
      "a Deny for an account",
      { Effect: "Deny", Condition: { StringEquals: { "aws:PrincipalAccount": OTHER } } },
      OTHER,
    ],
  ])("says that %s denied, not that none allowed", async (_what, more, caller) => {
    await expect(publishAs(more, caller)).rejects.toThrow("with an explicit deny in a resource-based policy");
  });

  it.each([
    ["another action", { Action: "sns:Subscribe" }],
    ["another account", { Principal: { AWS: "222222222222" } }],
    ["a service", { Principal: { Service: "s3.amazonaws.com" } }],
    ["a condition that does not hold", { Condition: { StringEquals: { "aws:PrincipalAccount": "222222222222" } } }],
    ["a key that nobody has", { Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } }],
    ["an operator that there is not", { Condition: { constructor: { a: "b" } } }],
  ])("for %s lets nobody in", async (_what, more) => {
    await expect(publishAs(more, OTHER)).rejects.toThrow(
      "because no resource-based policy allows the SNS:Publish action",
    );
  });
});

describe("error codes of the query protocol", () => {
  const ask = (harness: Harness, service: "sqs" | "sns", query: string) =>
    raw(harness.server.endpoint, { path: `/?${query}`, headers: { authorization: signed(service) } });

  it.each([
    ["sqs", "Action=GetQueueUrl&QueueName=none", "AWS.SimpleQueueService.NonExistentQueue", 400],
    ["sqs", `Action=DeleteMessage&QueueUrl=/${ACCOUNT}/orders&ReceiptHandle=x`, "ReceiptHandleIsInvalid", 404],
    ["sqs", `Action=SendMessage&QueueUrl=/${ACCOUNT}/orders`, "MissingParameter", 400],
    ["sqs", "Action=CreateQueue&QueueName=a%20b", "InvalidParameterValue", 400],
    [
      "sqs",
      "Action=CreateQueue&QueueName=orders&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5",
      "QueueAlreadyExists",
      400,
    ],
    ["sqs", `Action=SendMessageBatch&QueueUrl=/${ACCOUNT}/orders`, "AWS.SimpleQueueService.EmptyBatchRequest", 400],
    [
      "sqs",
      `Action=SetQueueAttributes&QueueUrl=/${ACCOUNT}/orders&Attribute.1.Name=x&Attribute.1.Value=1`,
      "InvalidAttributeName",
      400,
    ],
    ["sns", "Action=GetTopicAttributes&TopicArn=arn:aws:sns:eu-central-1:000000000000:none", "NotFound", 404],
    ["sns", "Action=CreateTopic&Name=a%20b", "InvalidParameter", 400],
    ["sns", "Action=Publish&Message=x", "InvalidParameter", 400],
    [
      "sns",
      "Action=Subscribe&TopicArn=arn:aws:sns:eu-central-1:000000000000:orders&Protocol=pigeon&Endpoint=x",
      "InvalidParameter",
      400,
    ],
  ] as const)("%s: %s is %s", async (service, query, code, status) => {
    const harness = await startHarness();
    await createQueue(harness, "orders");
    await harness.sns.send(new CreateTopicCommand({ Name: "orders" }));
    const reply = await ask(harness, service, query);
    expect(reply.text).toContain(`<Code>${code}</Code>`);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain("<Type>Sender</Type>");
  });

  it("of SQS are in a header beside its errors in JSON", async () => {
    const { server } = await startHarness();
    const headers = { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.ReceiveMessage" };
    const reply = await raw(server.endpoint, { method: "POST", headers, body: JSON.stringify({ QueueUrl: "none" }) });
    expect(JSON.parse(reply.text)).toMatchObject({ __type: "com.amazonaws.sqs#QueueDoesNotExist" });
    expect(reply.headers["x-amzn-query-error"]).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
  });
});
