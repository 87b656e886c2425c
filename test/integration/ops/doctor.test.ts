import { DynamoDBClient, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutBucketLifecycleConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { SetSubscriptionAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkUp, connect, discoverFleet, findSubscriber, setMappingEnabled } from "../../../lib/ops/index.ts";
import { type Answers, Beside } from "./beside.ts";
import { Shop } from "./shop.ts";

let shop: Shop;
let sns: SNSClient;
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  shop = await Shop.start({ environment: { FANFARE_PAYLOAD_SOURCES: "shop-payloads/orders/x" } });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sns = new SNSClient({ endpoint: shop.runtime.endpoint, region: "eu-central-1", credentials });
  dynamoDb = new DynamoDBClient({ endpoint: shop.runtime.dynamoDbEndpoint, region: "eu-central-1", credentials });
});

afterAll(async () => {
  sns.destroy();
  dynamoDb.destroy();
  await shop[Symbol.asyncDispose]();
});

const found = async () => {
  const { findings } = await checkUp(shop.cloud, await shop.fleet());
  return findings.map(({ message }) => message);
};

const queue = (id: string, Attributes: Record<string, string>) =>
  shop.sqs.send(new SetQueueAttributesCommand({ QueueUrl: shop.url(id), Attributes }));

const timeToLive = (Enabled: boolean) =>
  dynamoDb.send(
    new UpdateTimeToLiveCommand({
      TableName: "shop-idempotency",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled },
    }),
  );

const subscription = (AttributeName: string, AttributeValue: string) =>
  sns.send(
    new SetSubscriptionAttributesCommand({ SubscriptionArn: shop.url("Subscription"), AttributeName, AttributeValue }),
  );

test("nothing is found in what is as it was deployed, and what could not be checked is told", async () => {
  const { findings, notes } = await checkUp(shop.cloud, await shop.fleet());
  expect(findings).toEqual([]);
  expect(notes).toEqual([
    "lifecycle rules were not checked: S3 may not be read here",
    "alarms were not checked: CloudWatch may not be read here",
  ]);
});

test("an idempotency table that was deleted is a finding, and the rest is checked", async () => {
  const fleet = await shop.fleet();
  const { findings } = await checkUp(shop.cloud, { ...fleet, tables: ["shop-deleted", ...fleet.tables] });
  expect(findings).toEqual([
    {
      severity: "error",
      subscriber: "",
      message: "the idempotency table shop-deleted does not exist",
      fix: "deploy the stack again",
    },
  ]);
});

test.each<[string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
  [
    "a disabled mapping",
    /mapping of shop-billing is disabled/,
    async () =>
      setMappingEnabled(shop.cloud, findSubscriber(await shop.fleet(), "Billing").mappings[0]?.id ?? "", false),
    async () =>
      setMappingEnabled(shop.cloud, findSubscriber(await shop.fleet(), "Billing").mappings[0]?.id ?? "", true),
  ],
  [
    "a shorter retention",
    /shop-billing keeps messages for 3600 s, promised are 345600 s/,
    () => queue("Work", { MessageRetentionPeriod: "3600" }),
    () => queue("Work", { MessageRetentionPeriod: "345600" }),
  ],
  [
    "a shorter retention of dead letters",
    /shop-billing-dlq keeps dead letters for 60 s only/,
    () => queue("Dead", { MessageRetentionPeriod: "60" }),
    () => queue("Dead", { MessageRetentionPeriod: "1209600" }),
  ],
  [
    "a visibility timeout below the function's timeout",
    /visibility timeout of shop-billing \(5 s\) is shorter/,
    () => queue("Work", { VisibilityTimeout: "5" }),
    () => queue("Work", { VisibilityTimeout: "20" }),
  ],
  [
    "a changed filter",
    /the filter of the subscription to shop-orders is not the one/,
    () => subscription("FilterPolicy", JSON.stringify({ type: ["shop.Other"] })),
    () => subscription("FilterPolicy", JSON.stringify({ type: ["shop.OrderPlaced"] })),
  ],
  [
    "wrapped delivery",
    /wraps messages/,
    () => subscription("RawMessageDelivery", "false"),
    () => subscription("RawMessageDelivery", "true"),
  ],
  [
    "a table whose records stay for ever",
    /records of the idempotency table shop-idempotency never expire/,
    () => timeToLive(false),
    () => timeToLive(true),
  ],
])("%s is found, and gone when it is undone", async (_, message, change, undo) => {
  await change();
  expect(await found()).toEqual([expect.stringMatching(message)]);
  await undo();
  expect(await found()).toEqual([]);
});

test("payloads that are deleted before their messages are found, and gone with a longer rule", async () => {
  const s3 = new S3Client({
    endpoint: shop.runtime.endpoint,
    region: "eu-central-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const expire = (Days: number) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: "shop-payloads",
        LifecycleConfiguration: {
          Rules: [{ ID: "payloads", Status: "Enabled", Filter: { Prefix: "orders/" }, Expiration: { Days } }],
        },
      }),
    );
  await s3.send(new CreateBucketCommand({ Bucket: "shop-payloads" }));
  expect(await found()).toEqual([expect.stringMatching(/payloads under shop-payloads\/orders\/x are never deleted/)]);
  await expire(7);
  expect(await found()).toEqual([expect.stringMatching(/deleted after 7 days, but dead letters may need them for 18/)]);
  await expire(18);
  expect(await found()).toEqual([]);
  s3.destroy();
});

test("a policy that does not let the topic send is found", async () => {
  await queue("Work", { Policy: "" });
  expect(await found()).toEqual([expect.stringMatching(/policy of shop-billing does not let shop-orders send/)]);
});

/** What the doctor finds where these services answer beside the runtime's. */
async function foundBeside(
  answers: Answers,
): Promise<{ readonly messages: string[]; readonly notes: readonly string[] }> {
  await using beside = await Beside.start(shop.runtime.endpoint, answers);
  const cloud = connect({
    endpoint: beside.endpoint,
    dynamoDbEndpoint: shop.runtime.dynamoDbEndpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { findings, notes } = await checkUp(cloud, await discoverFleet(cloud, { manifests: shop.manifests }));
  return { messages: findings.map(({ message }) => message), notes };
}

test.each(["ReceiveMessage", "ChangeMessageVisibilityBatch"])(
  "a dead-letter queue that others delete before %s has no letters",
  async (last) => {
    await shop.send("Dead", [`left-${last}`]);
    let isDeleted = false;
    const { messages } = await foundBeside((operation, input) => {
      isDeleted ||= operation === `AmazonSQS.${last}` && String(input.QueueUrl).endsWith("billing-dlq");
      return isDeleted && operation.startsWith("AmazonSQS.") && String(input.QueueUrl).endsWith("billing-dlq")
        ? { status: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "It does not exist." } }
        : undefined;
    });
    expect(isDeleted).toBe(true);
    expect(messages.filter((each) => each.includes("dead letters"))).toEqual([]);
  },
);

describe("what AWS says beside the queues", () => {
  const key = "arn:aws:kms:eu-central-1:000000000000:key/1";
  const kms =
    (policy: unknown, KeyState = "Enabled"): Answers =>
    (operation, input) => {
      if (operation === "TrentService.DescribeKey") {
        return { status: 200, body: { KeyMetadata: { KeyId: `id of ${input.KeyId}`, KeyState } } };
      }
      return operation === "TrentService.GetKeyPolicy" && input.KeyId === `id of ${key}`
        ? { status: 200, body: { Policy: JSON.stringify(policy) } }
        : undefined;
    };
  const denied: Answers = (operation) =>
    operation.startsWith("TrentService.")
      ? { status: 400, body: { __type: "AccessDeniedException", Message: "not allowed" } }
      : undefined;

  beforeAll(async () => {
    const Statement = [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" }];
    await queue("Work", { KmsMasterKeyId: key, Policy: JSON.stringify({ Statement }) });
  });

  afterAll(() => queue("Work", { SqsManagedSseEnabled: "true" }));

  test.each<[string, Answers, readonly RegExp[], readonly RegExp[]]>([
    ["a key that SNS may not use", kms({ Statement: [] }), [/shop-billing is encrypted .*does not let sns/], []],
    ["a key that waits for its deletion", kms({ Statement: [] }, "PendingDeletion"), [/which is PendingDeletion/], []],
    [
      "a key that SNS may use",
      kms({ Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "kms:*" }] }),
      [],
      [],
    ],
    ["a key that may not be read", denied, [], [/the policies of .*key\/1 were not checked/]],
  ])("%s", async (_, answers, messages, told) => {
    const { messages: found, notes } = await foundBeside(answers);
    expect(found.filter((each) => each.includes("encrypted"))).toEqual(
      messages.map((each) => expect.stringMatching(each)),
    );
    expect(notes.filter((each) => each.includes("KMS"))).toEqual(told.map((each) => expect.stringMatching(each)));
  });
});
