import { describe, expect, test } from "vitest";
import { errorOf, HERE, queueArn, SnsFixture, STRANGER } from "./fixture.ts";

const refusal = (message: string) => ({
  code: "InvalidParameter",
  statusCode: 400,
  message: `Invalid parameter: ${message}`,
});

describe("CreateTopic", () => {
  test("answers the ARN in the caller's region and account", () => {
    const { sns } = new SnsFixture();
    const create = (context: typeof HERE) => sns.call(context, "CreateTopic", { Name: "orders" }).TopicArn;
    expect(create(HERE)).toBe("arn:aws:sns:eu-central-1:111111111111:orders");
    expect(create({ region: "cn-north-1", accountId: "222222222222" })).toBe(
      "arn:aws-cn:sns:cn-north-1:222222222222:orders",
    );
    expect(sns.call(HERE, "ListTopics", {}).Topics).toEqual([{ TopicArn: create(HERE) }]);
  });

  test("is idempotent for the same attributes and tags, and refuses others", () => {
    const { sns } = new SnsFixture();
    const create = (Attributes: Record<string, string>, Tags = [{ Key: "team", Value: "a" }]) =>
      sns.call(HERE, "CreateTopic", { Name: "orders", Attributes, Tags }).TopicArn;
    const arn = create({ DisplayName: "One" });
    expect(create({ DisplayName: "One" })).toBe(arn);
    expect(create({}, [])).toBe(arn);
    expect(create({ SignatureVersion: "1" })).toBe(arn);
    const different = refusal("Attributes Reason: Topic already exists with different attributes");
    expect(errorOf(() => create({ DisplayName: "Two" }))).toEqual(different);
    expect(errorOf(() => create({ SignatureVersion: "2" }))).toEqual(different);
    expect(errorOf(() => create({}, [{ Key: "team", Value: "b" }]))).toEqual(
      refusal("Tags Reason: Topic already exists with different tags"),
    );
    expect(sns.call(HERE, "ListTopics", {}).Topics).toHaveLength(1);
  });

  test.each(["", "a b", "a.b", "orders.fifo", "ö", "x".repeat(257)])("refuses the name %j", (Name) => {
    const { sns } = new SnsFixture();
    expect(errorOf(() => sns.call(HERE, "CreateTopic", { Name }))).toEqual(refusal("Topic Name"));
  });

  test("takes names of 256 characters, hyphens and underscores", () => {
    const fixture = new SnsFixture();
    expect(fixture.topic(`-_${"x".repeat(254)}`)).toMatch(/x$/);
  });

  test("a FIFO topic is named .fifo, and only that", () => {
    const { sns } = new SnsFixture();
    const create = (Name: string, FifoTopic: string) =>
      sns.call(HERE, "CreateTopic", { Name, Attributes: { FifoTopic } });
    expect(create("orders.fifo", "true").TopicArn).toMatch(/orders\.fifo$/);
    expect(errorOf(() => create("orders", "true")).message).toBe("Invalid parameter: Topic Name");
    expect(errorOf(() => create("a.b.fifo", "true")).message).toBe("Invalid parameter: Topic Name");
    expect(errorOf(() => create("orders.fifo", "false")).message).toBe("Invalid parameter: Topic Name");
  });

  test.each([
    [{ FifoTopic: "maybe" }, "Attributes Reason: FifoTopic: Invalid value [maybe]. Must be true or false."],
    [{ SignatureVersion: "3" }, "Attributes Reason: SignatureVersion: Invalid value [3]. Must be 1 or 2."],
    [
      { MaximumMessageSize: "1023" },
      "Attributes Reason: MaximumMessageSize: Invalid value [1023]. Must be an integer from 1024 to 1048576.",
    ],
    [
      { MaximumMessageSize: "1048577" },
      "Attributes Reason: MaximumMessageSize: Invalid value [1048577]. Must be an integer from 1024 to 1048576.",
    ],
    [
      { ContentBasedDeduplication: "true" },
      "Attributes Reason: ContentBasedDeduplication: only fifo topics support this attribute",
    ],
    [{ ArchivePolicy: "{}" }, "Attributes Reason: ArchivePolicy: only fifo topics support this attribute"],
    [{ DisplayName: "x".repeat(101) }, "Attributes Reason: DisplayName: Must be at most 100 characters, not 101."],
    [{ Policy: "{}" }, "Attributes Reason: Policy: Policy Error: no Statement."],
    [{ Colour: "red" }, "Attributes Reason: Unknown attribute Colour"],
    [
      { SQSSuccessFeedbackSampleRate: "101" },
      "Attributes Reason: SQSSuccessFeedbackSampleRate: Invalid value [101]. Must be an integer from 0 to 100.",
    ],
  ])("refuses %j", (attributes, message) => {
    const fixture = new SnsFixture();
    expect(errorOf(() => fixture.topic("orders", attributes as Record<string, string>))).toEqual(refusal(message));
  });

  test("tracing is for standard topics only", () => {
    const fixture = new SnsFixture();
    expect(fixture.topic("a", { TracingConfig: "Active" })).toBeTruthy();
    expect(errorOf(() => fixture.topic("a.fifo", { TracingConfig: "Active" })).message).toContain(
      "only standard topics",
    );
  });
});

describe("the attributes of a topic", () => {
  test("are those that were set, and those that every topic shows", () => {
    const fixture = new SnsFixture();
    const namesOf = (TopicArn: string) =>
      Object.keys(fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn }).Attributes ?? {}).sort();
    const always = [
      "DisplayName",
      "EffectiveDeliveryPolicy",
      "Owner",
      "Policy",
      "SubscriptionsConfirmed",
      "SubscriptionsDeleted",
      "SubscriptionsPending",
      "TopicArn",
    ];
    expect(namesOf(fixture.topic("plain", { FifoTopic: "false" }))).toEqual(always);
    expect(namesOf(fixture.topic("a.fifo"))).toEqual([...always, "ContentBasedDeduplication", "FifoTopic"].sort());
    const set = { SignatureVersion: "2", TracingConfig: "Active", MaximumMessageSize: "2048" };
    const policy = { DataProtectionPolicy: '{"Name":"p"}' };
    expect(namesOf(fixture.topic("set", { ...set, ...policy }))).toEqual([...always, ...Object.keys(set)].sort());
  });

  test.each([
    [
      { defaultRequestPolicy: { headerContentType: "application/json" } },
      { disableSubscriptionOverrides: false, defaultRequestPolicy: { headerContentType: "application/json" } },
      { numRetries: 3, minDelayTarget: 20 },
      "application/json",
    ],
    [
      { defaultHealthyRetryPolicy: { minDelayTarget: 5, numRetries: 1 } },
      { defaultHealthyRetryPolicy: { minDelayTarget: 5, numRetries: 1 }, disableSubscriptionOverrides: false },
      { numRetries: 1, minDelayTarget: 5 },
      "text/plain; charset=UTF-8",
    ],
    [
      { defaultHealthyRetryPolicy: null },
      { disableSubscriptionOverrides: false },
      { numRetries: 3, minDelayTarget: 20 },
      "text/plain; charset=UTF-8",
    ],
  ])("the delivery policy %j is shown as it is and as it takes effect", (http, shown, retry, headerContentType) => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("orders", { DeliveryPolicy: JSON.stringify({ http }) });
    const { Attributes = {} } = fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn });
    expect(JSON.parse(Attributes.DeliveryPolicy ?? "")).toEqual({ http: shown });
    expect(JSON.parse(Attributes.EffectiveDeliveryPolicy ?? "").http).toMatchObject({
      defaultHealthyRetryPolicy: { ...retry, backoffFunction: "linear" },
      defaultRequestPolicy: { headerContentType },
    });
  });

  test("the data protection policy has calls of its own", () => {
    const { sns, ...fixture } = new SnsFixture();
    const ResourceArn = sns.call(HERE, "CreateTopic", { Name: "orders" }).TopicArn ?? "";
    const read = () => sns.call(HERE, "GetDataProtectionPolicy", { ResourceArn });
    expect(errorOf(read).code).toBe("NotFound");
    const DataProtectionPolicy = '{"Name":"p"}';
    sns.call(HERE, "PutDataProtectionPolicy", { ResourceArn, DataProtectionPolicy });
    expect(read()).toEqual({ DataProtectionPolicy });
    expect(sns.call(HERE, "GetTopicAttributes", { TopicArn: ResourceArn }).Attributes).not.toHaveProperty(
      "DataProtectionPolicy",
    );
    expect(fixture.deliveries).toEqual([]);
  });

  test("are answered as they were set", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("orders", { KmsMasterKeyId: "alias/mine", DisplayName: "Orders" });
    fixture.subscribe(TopicArn);
    const { Attributes = {} } = fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn });
    expect(Attributes).toMatchObject({
      TopicArn,
      Owner: HERE.accountId,
      DisplayName: "Orders",
      KmsMasterKeyId: "alias/mine",
      SubscriptionsConfirmed: "1",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
    expect(JSON.parse(Attributes.Policy ?? "")).toMatchObject({ Id: "__default_policy_ID" });
    expect(Attributes).not.toHaveProperty("FifoTopic");
  });

  test("of a FIFO topic", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("a.fifo", { ContentBasedDeduplication: "true" });
    expect(fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn }).Attributes).toMatchObject({
      FifoTopic: "true",
      ContentBasedDeduplication: "true",
    });
  });

  test("are set one by one, and FifoTopic never", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const set = (AttributeName: string, AttributeValue: string) =>
      fixture.sns.call(HERE, "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
    set("MaximumMessageSize", "1048576");
    expect(fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn }).Attributes?.MaximumMessageSize).toBe("1048576");
    expect(errorOf(() => set("FifoTopic", "true"))).toEqual(refusal("AttributeName"));
    expect(errorOf(() => set("Colour", "red"))).toEqual(refusal("AttributeName"));
    expect(errorOf(() => set("TracingConfig", "x")).message).toContain("TracingConfig: Invalid value [x]");
  });

  test("FifoThroughputScope does not go back to Topic", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("a.fifo");
    const set = (AttributeValue: string) =>
      fixture.sns.call(HERE, "SetTopicAttributes", { TopicArn, AttributeName: "FifoThroughputScope", AttributeValue });
    set("MessageGroup");
    expect(errorOf(() => set("Topic")).message).toContain("cannot be changed from MessageGroup back to Topic");
  });

  test("a topic for messages above 256 KiB has at most 100 subscriptions", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("large", { MaximumMessageSize: "262145" });
    for (let index = 0; index < 100; index++) {
      fixture.subscribe(TopicArn, `q${index}`);
    }
    expect(errorOf(() => fixture.subscribe(TopicArn, "one-more"))).toMatchObject({
      code: "SubscriptionLimitExceeded",
      statusCode: 403,
    });
    const other = fixture.topic("small");
    for (let index = 0; index < 101; index++) {
      fixture.subscribe(other, `q${index}`);
    }
    const input = { TopicArn: other, AttributeName: "MaximumMessageSize", AttributeValue: "262145" };
    expect(errorOf(() => fixture.sns.call(HERE, "SetTopicAttributes", input)).message).toContain(
      "at most 100 subscriptions, this one has 101",
    );
  });
});

describe("finding a topic", () => {
  test.each([
    ["orders", "TopicArn Reason: An ARN must have at least 6 elements, not 1"],
    ["arn:aws:sns:eu-central-1:1", "TopicArn Reason: An ARN must have at least 6 elements, not 5"],
    ["", "TopicArn Reason: An ARN must have at least 6 elements, not 1"],
    [undefined, "TopicArn Reason: no value for required parameter"],
    ["arn:aws:sqs:eu-central-1:111111111111:orders", "TopicArn"],
  ])("%j is no ARN of a topic", (TopicArn, message) => {
    const { sns } = new SnsFixture();
    expect(errorOf(() => sns.call(HERE, "GetTopicAttributes", { TopicArn }))).toEqual(refusal(message));
  });

  test("an unknown topic is NotFound, 404", () => {
    const { sns } = new SnsFixture();
    const TopicArn = "arn:aws:sns:eu-central-1:111111111111:nope";
    for (const operation of ["GetTopicAttributes", "ListSubscriptionsByTopic"] as const) {
      expect(errorOf(() => sns.call(HERE, operation, { TopicArn }))).toEqual({
        code: "NotFound",
        statusCode: 404,
        message: "Topic does not exist",
      });
    }
  });

  test("a topic is not reached through another region", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const elsewhere = { ...HERE, region: "us-east-1" };
    expect(errorOf(() => fixture.sns.call(elsewhere, "Publish", { TopicArn, Message: "m" }))).toEqual(
      refusal("TopicArn"),
    );
    expect(fixture.sns.call(elsewhere, "ListTopics", {}).Topics).toEqual([]);
  });
});

describe("DeleteTopic", () => {
  test("removes the topic and its subscriptions, and may be repeated", () => {
    const fixture = new SnsFixture();
    const { topicArn: TopicArn } = fixture.connected();
    fixture.sns.call(HERE, "DeleteTopic", { TopicArn });
    fixture.sns.call(HERE, "DeleteTopic", { TopicArn });
    expect(errorOf(() => fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m" })).code).toBe("NotFound");
    expect(fixture.sns.call(HERE, "ListSubscriptions", {}).Subscriptions).toEqual([]);
  });

  test("is refused while the archive is active", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic("a.fifo", { ArchivePolicy: '{"MessageRetentionPeriod":"30"}' });
    expect(errorOf(() => fixture.sns.call(HERE, "DeleteTopic", { TopicArn })).code).toBe("InvalidState");
    fixture.sns.call(HERE, "SetTopicAttributes", { TopicArn, AttributeName: "ArchivePolicy", AttributeValue: "{}" });
    fixture.sns.call(HERE, "DeleteTopic", { TopicArn });
    expect(fixture.sns.call(HERE, "ListTopics", {}).Topics).toEqual([]);
    expect(
      errorOf(() => fixture.topic("b.fifo", { ArchivePolicy: '{"MessageRetentionPeriod":"366"}' })).message,
    ).toContain("from 1 to 365 days, not 366");
  });
});

test("lists have pages of 100", () => {
  const fixture = new SnsFixture();
  for (let index = 0; index < 205; index++) {
    fixture.topic(`t${index}`);
  }
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = fixture.sns.call(HERE, "ListTopics", { NextToken });
    names.push(...(page.Topics ?? []).map((topic) => topic.TopicArn ?? ""));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(new Set(names).size).toBe(205);
  expect(errorOf(() => fixture.sns.call(HERE, "ListTopics", { NextToken: "x" }))).toEqual(refusal("NextToken"));
});

describe("tags", () => {
  test("are added, overwritten, listed and removed", () => {
    const fixture = new SnsFixture();
    const ResourceArn = fixture.topic();
    const tags = () => fixture.sns.call(HERE, "ListTagsForResource", { ResourceArn }).Tags;
    fixture.sns.call(HERE, "TagResource", {
      ResourceArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    fixture.sns.call(HERE, "TagResource", { ResourceArn, Tags: [{ Key: "a", Value: "3" }] });
    expect(tags()).toEqual([
      { Key: "a", Value: "3" },
      { Key: "b", Value: "2" },
    ]);
    fixture.sns.call(HERE, "UntagResource", { ResourceArn, TagKeys: ["a", "c"] });
    expect(tags()).toEqual([{ Key: "b", Value: "2" }]);
  });

  test("have limits", () => {
    const fixture = new SnsFixture();
    const ResourceArn = fixture.topic();
    const tag = (Tags: { Key: string; Value: string }[]) =>
      fixture.sns.call(HERE, "TagResource", { ResourceArn, Tags });
    expect(
      errorOf(() =>
        tag([
          { Key: "a", Value: "1" },
          { Key: "a", Value: "2" },
        ]),
      ),
    ).toEqual(refusal("Duplicated keys are not allowed."));
    expect(errorOf(() => tag(Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })))).code).toBe(
      "TagLimitExceeded",
    );
    expect(errorOf(() => tag([{ Key: "aws:x", Value: "" }])).message).toContain("no prefix aws:");
    const unknown = { ResourceArn: `${ResourceArn}x` };
    expect(errorOf(() => fixture.sns.call(HERE, "ListTagsForResource", unknown))).toMatchObject({
      code: "ResourceNotFound",
      statusCode: 404,
    });
  });
});

describe("access from other accounts", () => {
  test("needs a statement of the topic's policy", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const publish = () => fixture.sns.call(STRANGER, "Publish", { TopicArn, Message: "m" });
    expect(errorOf(publish)).toMatchObject({ code: "AuthorizationError", statusCode: 403 });
    const permission = { TopicArn, Label: "partner", AWSAccountId: [STRANGER.accountId], ActionName: ["Publish"] };
    fixture.sns.call(HERE, "AddPermission", permission);
    expect(publish().MessageId).toBeTruthy();
    const subscribe = { TopicArn, Protocol: "sqs", Endpoint: queueArn("q", STRANGER) };
    expect(errorOf(() => fixture.sns.call(STRANGER, "Subscribe", subscribe)).code).toBe("AuthorizationError");
    fixture.sns.call(HERE, "RemovePermission", { TopicArn, Label: "partner" });
    expect(errorOf(publish).code).toBe("AuthorizationError");
  });

  test("AddPermission writes the statement that AWS writes", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const add = (ActionName: string[], Label = "l") =>
      fixture.sns.call(HERE, "AddPermission", { TopicArn, Label, AWSAccountId: ["222222222222"], ActionName });
    add(["Publish"]);
    const { Attributes } = fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn });
    expect(JSON.parse(Attributes?.Policy ?? "").Statement[1]).toEqual({
      Sid: "l",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Action: "SNS:Publish",
      Resource: TopicArn,
    });
    expect(errorOf(() => add(["Publish"]))).toEqual(refusal("Statement already exists"));
    expect(errorOf(() => add(["Fly"], "m"))).toEqual(refusal("Policy statement action out of service scope!"));
  });

  test("a deny binds the owner, too, unless its condition does not hold", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const setDeny = (Condition?: object) =>
      fixture.sns.call(HERE, "SetTopicAttributes", {
        TopicArn,
        AttributeName: "Policy",
        AttributeValue: JSON.stringify({
          Statement: [{ Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: TopicArn, Condition }],
        }),
      });
    setDeny({ Bool: { "aws:SecureTransport": "false" } });
    expect(fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m" }).MessageId).toBeTruthy();
    setDeny();
    expect(errorOf(() => fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m" })).code).toBe(
      "AuthorizationError",
    );
  });
});

test("an operation that the engine does not have is refused by name", () => {
  const { sns } = new SnsFixture();
  const call = () => Reflect.apply(sns.call, sns, [HERE, "CreatePlatformApplication", {}]);
  expect(errorOf(call)).toMatchObject({ code: "InvalidAction" });
  expect(errorOf(call).message).toContain("CreatePlatformApplication");
});
