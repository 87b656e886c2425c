import { expect, test } from "vitest";
import type { ServiceDelivery } from "../../../../../lib/local/engine/sqs/index.ts";
import { awsError, Bench, text } from "./harness.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:orders";
const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:q";

const delivery: ServiceDelivery = {
  queueArn: QUEUE,
  body: "hello",
  principal: "sns.amazonaws.com",
  sourceArn: TOPIC,
  sourceAccount: "123456789012",
};

const allow = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: QUEUE,
};
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

function outcome(Policy: string | undefined, more: Partial<ServiceDelivery> = {}) {
  const bench = new Bench();
  bench.create("q", Policy === undefined ? {} : { Policy });
  return bench.engine.deliver({ ...delivery, ...more });
}

test("a delivery arrives with its attributes and group, from the service", () => {
  const bench = new Bench();
  const url = bench.create("q", { Policy: policy(allow) });
  const messageAttributes = { a: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) } };
  const result = bench.engine.deliver({
    ...delivery,
    messageAttributes,
    messageGroupId: "tenant",
    messageDeduplicationId: "d",
  });
  const message = bench.receiveOne(url, { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] });
  expect(result).toEqual({ status: "delivered", messageId: message.MessageId });
  expect(message).toMatchObject({ Body: "hello", MessageAttributes: messageAttributes });
  expect(message.Attributes).toMatchObject({ SenderId: "sns.amazonaws.com", MessageGroupId: "tenant" });
});

test.each([
  ["the plain principal", allow],
  ["a list of principals", { ...allow, Principal: { Service: ["s3.amazonaws.com", "sns.amazonaws.com"] } }],
  ["everybody", { ...allow, Principal: "*" }],
  ["every AWS principal", { ...allow, Principal: { AWS: "*" } }],
  ["a list of actions in other case", { ...allow, Action: ["sqs:ReceiveMessage", "SQS:sendmessage"] }],
  ["a pattern of actions", { ...allow, Action: "sqs:*" }],
  ["no action but others", { ...allow, Action: undefined, NotAction: "sqs:DeleteQueue" }],
  ["a pattern of resources", { ...allow, Resource: "arn:aws:sqs:*:*:?" }],
  ["ArnEquals", { ...allow, Condition: { ArnEquals: { "aws:SourceArn": TOPIC } } }],
  [
    "ArnLike with a pattern",
    { ...allow, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:123456789012:ord*" } } },
  ],
  ["StringEquals of several", { ...allow, Condition: { StringEquals: { "AWS:sourcearn": ["x", TOPIC] } } }],
  ["StringLike", { ...allow, Condition: { StringLike: { "aws:SourceArn": "*:orders" } } }],
  ["the account", { ...allow, Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } }],
  ["TLS", { ...allow, Condition: { Bool: { "aws:SecureTransport": true } } }],
  [
    "a key that is missing, if it exists",
    { ...allow, Condition: { StringEqualsIfExists: { "aws:SourceOrgID": "o-1" } } },
  ],
  ["a key that must be missing", { ...allow, Condition: { Null: { "aws:SourceOrgID": "true" } } }],
  ["StringNotEquals of something else", { ...allow, Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } }],
])("a policy allows by %s", (_what, statement) => {
  expect(outcome(policy(statement)).status).toBe("delivered");
});

test.each([
  ["no policy", undefined],
  ["an empty policy", policy()],
  ["another service", policy({ ...allow, Principal: { Service: "events.amazonaws.com" } })],
  ["an account", policy({ ...allow, Principal: { AWS: "123456789012" } })],
  ["another action", policy({ ...allow, Action: "sqs:ReceiveMessage" })],
  ["another queue", policy({ ...allow, Resource: `${QUEUE}2` })],
  ["another topic", policy({ ...allow, Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC}2` } } })],
  ["a pattern where a pattern is none", policy({ ...allow, Condition: { StringEquals: { "aws:SourceArn": "*" } } })],
  [
    "one of two conditions",
    policy({
      ...allow,
      Condition: { ArnLike: { "aws:SourceArn": TOPIC }, StringEquals: { "aws:SourceAccount": "1" } },
    }),
  ],
  ["a missing key", policy({ ...allow, Condition: { StringEquals: { "aws:SourceOrgID": "o-1" } } })],
  ["an unknown operator", policy({ ...allow, Condition: { Sounds: { "aws:SourceArn": TOPIC } } })],
  ["no principal", policy({ ...allow, Principal: undefined })],
  ["a denial beside the permission", policy(allow, { ...allow, Effect: "Deny" })],
  ["a denial of everything", policy(allow, { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" })],
])("a policy with %s does not", (_what, document) => {
  const result = outcome(document);
  expect(result).toMatchObject({ status: "refused", reason: "AccessDenied" });
  expect(result.status === "refused" && result.message).toContain(TOPIC);
});

test("the usual denial of plain HTTP leaves deliveries alone", () => {
  const insecure = {
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  expect(outcome(policy(allow, insecure)).status).toBe("delivered");
});

test("a pattern of many stars takes no time", () => {
  const Resource = `${"*a".repeat(5_000)}b`;
  expect(outcome(policy({ ...allow, Resource })).status).toBe("refused");
});

test("what the queue cannot take is refused with a reason of its own", () => {
  expect(outcome(policy(allow), { queueArn: `${QUEUE}-none` })).toMatchObject({ reason: "NonExistentQueue" });
  expect(outcome(policy(allow), { body: "\u0000" })).toMatchObject({ reason: "InvalidMessage" });
  expect(outcome(policy(allow), { body: "x".repeat(1_048_577) })).toMatchObject({ reason: "MessageTooLong" });
  const many = Object.fromEntries(
    Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "v" }]),
  );
  expect(outcome(policy(allow), { messageAttributes: many })).toMatchObject({ reason: "InvalidMessage" });
});

test("a FIFO queue needs a group id, deduplicates, and answers the sequence number", () => {
  const bench = new Bench();
  const Resource = `${QUEUE}.fifo`;
  const url = bench.create("q.fifo", { FifoQueue: "true", Policy: policy({ ...allow, Resource }) });
  const bring = (more: Partial<ServiceDelivery>) => bench.engine.deliver({ ...delivery, queueArn: Resource, ...more });
  expect(bring({})).toMatchObject({ reason: "WrongQueueType" });
  expect(bring({ messageGroupId: "g" })).toMatchObject({ reason: "InvalidMessage" });
  const first = bring({ messageGroupId: "g", messageDeduplicationId: "d" });
  expect(first).toMatchObject({ status: "delivered", sequenceNumber: expect.stringMatching(/^\d{20}$/) });
  expect(bring({ messageGroupId: "g", messageDeduplicationId: "d", body: "again" })).toEqual(first);
  expect(bench.bodies(url)).toEqual(["hello"]);
});

test("no service can deliver to a queue under the AWS managed key", () => {
  const bench = new Bench();
  bench.create("q", { Policy: policy(allow), KmsMasterKeyId: "alias/aws/sqs" });
  const result = bench.engine.deliver(delivery);
  expect(result).toMatchObject({ status: "refused", reason: "AccessDenied" });
  expect(result.status === "refused" && result.message).toContain("alias/aws/sqs");
});

test("permissions are added to the policy under their label and removed by it", () => {
  const bench = new Bench();
  const url = bench.create("q", { Policy: policy({ ...allow, Sid: "topic" }) });
  const add = (Label: string, AWSAccountIds: string[], Actions: string[]) =>
    bench.call("AddPermission", { QueueUrl: url, Label, AWSAccountIds, Actions });
  add("one", ["111111111111"], ["ReceiveMessage"]);
  add("two", ["111111111111", "222222222222"], ["SendMessage", "DeleteMessage"]);
  const { Version, Statement: statements } = JSON.parse(text(bench.attributes(url).Policy));
  expect(Version).toBe("2012-10-17");
  expect(statements.slice(1)).toEqual([
    {
      Sid: "one",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "SQS:ReceiveMessage",
      Resource: QUEUE,
    },
    {
      Sid: "two",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"] },
      Action: ["SQS:SendMessage", "SQS:DeleteMessage"],
      Resource: QUEUE,
    },
  ]);
  expect(bench.engine.deliver(delivery).status).toBe("delivered");
  expect(awsError(() => add("one", ["111111111111"], ["SendMessage"])).message).toBe(
    "Value one for parameter Label is invalid. Reason: Already exists.",
  );
  expect(awsError(() => add("x", ["12"], ["SendMessage"])).queryCode).toBe("InvalidParameterValue");
  expect(awsError(() => add("x", ["111111111111"], ["CreateQueue"])).message).toContain("SQS:CreateQueue");
  expect(
    awsError(() =>
      add(
        "x",
        ["111111111111"],
        Array.from({ length: 8 }, () => "SendMessage"),
      ),
    ).code,
  ).toBe("OverLimit");
  const remove = (Label: string) => bench.call("RemovePermission", { QueueUrl: url, Label });
  remove("one");
  remove("two");
  expect(awsError(() => remove("two")).message).toBe(
    "Value two for parameter Label is invalid. Reason: can't find label.",
  );
  remove("topic");
  expect(bench.attributes(url)).not.toHaveProperty("Policy");
});
