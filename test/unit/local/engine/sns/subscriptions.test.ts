import { describe, expect, test } from "vitest";
import { errorOf, HERE, queueArn, SnsFixture, STRANGER } from "./fixture.ts";

const refusal = (message: string) => ({
  code: "InvalidParameter",
  statusCode: 400,
  message: `Invalid parameter: ${message}`,
});

const attributesOf = (fixture: SnsFixture, SubscriptionArn: string) =>
  fixture.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn }).Attributes ?? {};

describe("Subscribe", () => {
  test("answers the attributes that AWS answers", () => {
    const fixture = new SnsFixture();
    const policy = '{"attr1":[{"numeric":[">",0,"<=",100]}]}';
    const { topicArn, subscriptionArn } = fixture.connected({ FilterPolicy: policy });
    expect(subscriptionArn).toMatch(new RegExp(`^${topicArn}:[\\da-f-]{36}$`));
    expect(attributesOf(fixture, subscriptionArn)).toEqual({
      ConfirmationWasAuthenticated: "true",
      Endpoint: queueArn("q"),
      FilterPolicy: policy,
      FilterPolicyScope: "MessageAttributes",
      Owner: HERE.accountId,
      PendingConfirmation: "false",
      Protocol: "sqs",
      RawMessageDelivery: "false",
      SubscriptionArn: subscriptionArn,
      SubscriptionPrincipal: "arn:aws:iam::111111111111:root",
      TopicArn: topicArn,
    });
  });

  test("is idempotent for the same endpoint and attributes, and refuses others", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    const arn = fixture.subscribe(topicArn, "q", { RawMessageDelivery: "true" });
    expect(fixture.subscribe(topicArn, "q", { RawMessageDelivery: "true" })).toBe(arn);
    expect(fixture.subscribe(topicArn, "q", { RawMessageDelivery: "True" })).toBe(arn);
    expect(fixture.subscribe(topicArn, "q", {})).toBe(arn);
    expect(errorOf(() => fixture.subscribe(topicArn, "q", { RawMessageDelivery: "false" }))).toEqual(
      refusal("Attributes Reason: Subscription already exists with different attributes"),
    );
    expect(fixture.subscribe(topicArn, "other", {})).not.toBe(arn);
    expect(fixture.sns.call(HERE, "ListSubscriptionsByTopic", { TopicArn: topicArn }).Subscriptions).toHaveLength(2);
  });

  test.each(["http", "https", "email", "email-json", "sms", "application", "lambda", "firehose"])(
    "refuses %s, and says what is possible",
    (Protocol) => {
      const fixture = new SnsFixture();
      const input = { TopicArn: fixture.topic(), Protocol, Endpoint: "somewhere" };
      const error = errorOf(() => fixture.sns.call(HERE, "Subscribe", input));
      expect(error.code).toBe("InvalidParameter");
      expect(error.message).toContain(`the local engine delivers to sqs only, not to ${Protocol}`);
    },
  );

  test("refuses a protocol that SNS does not have, and a queue URL", () => {
    const fixture = new SnsFixture();
    const subscribe = (Protocol: string, Endpoint: string) => () =>
      fixture.sns.call(HERE, "Subscribe", { TopicArn: fixture.topic(), Protocol, Endpoint });
    expect(errorOf(subscribe("pigeon", queueArn("q")))).toEqual(
      refusal("Amazon SNS does not support this protocol string: pigeon"),
    );
    expect(errorOf(subscribe("sqs", "http://localhost/1/q"))).toEqual(refusal("SQS endpoint ARN"));
  });

  test("refuses a FIFO queue on a standard topic, takes a standard queue on a FIFO topic", () => {
    const fixture = new SnsFixture();
    expect(errorOf(() => fixture.subscribe(fixture.topic(), "q.fifo"))).toEqual(
      refusal("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"),
    );
    const fifo = fixture.topic("a.fifo");
    expect(fixture.subscribe(fifo, "q.fifo")).toBeTruthy();
    expect(fixture.subscribe(fifo, "q")).toBeTruthy();
  });

  test.each([
    [
      { RawMessageDelivery: "wrong" },
      "Attributes Reason: RawMessageDelivery: Invalid value [wrong]. Must be true or false.",
    ],
    [
      { FilterPolicyScope: "RandomValue" },
      "Attributes Reason: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
    ],
    [{ FilterPolicy: '{"key":[]}' }, "Attributes Reason: FilterPolicy: Empty arrays are not allowed"],
    [
      { FilterPolicy: '{"a":{"b":["c"]}}' },
      "Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [{ Colour: "red" }, "Attributes Reason: Unknown attribute Colour"],
    [
      { RedrivePolicy: '{"deadLetterTargetArn":"x"}' },
      "Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid arn",
    ],
  ])("refuses %j", (attributes, message) => {
    const fixture = new SnsFixture();
    expect(errorOf(() => fixture.connected(attributes as Record<string, string>))).toEqual(refusal(message));
  });

  test("replay is refused: there is no archive", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic("a.fifo");
    const ReplayPolicy = '{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00.000Z"}';
    expect(errorOf(() => fixture.subscribe(topicArn, "q.fifo", { ReplayPolicy })).message).toContain("cannot replay");
  });

  test("has at most 200 filter policies on a topic", () => {
    const fixture = new SnsFixture();
    const topicArn = fixture.topic();
    for (let index = 0; index < 200; index++) {
      fixture.subscribe(topicArn, `q${index}`, { FilterPolicy: '{"a":["b"]}' });
    }
    expect(errorOf(() => fixture.subscribe(topicArn, "more", { FilterPolicy: '{"a":["b"]}' })).code).toBe(
      "FilterPolicyLimitExceeded",
    );
    expect(fixture.subscribe(topicArn, "more")).toBeTruthy();
  });
});

describe("the redrive policy", () => {
  const policy = (arn: string) => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn }) });

  test("wants a queue of the subscription's type", () => {
    const fixture = new SnsFixture();
    const fifo = fixture.topic("a.fifo");
    expect(errorOf(() => fixture.subscribe(fifo, "q.fifo", policy(queueArn("dlq"))))).toEqual(
      refusal(
        "Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
      ),
    );
    expect(fixture.subscribe(fifo, "q", policy(queueArn("dlq")))).toBeTruthy();
    expect(errorOf(() => fixture.connected(policy(queueArn("dlq.fifo")))).message).toContain(
      "must use a standard queue",
    );
  });

  test("wants a queue of the same account and region", () => {
    const fixture = new SnsFixture();
    const elsewhere = queueArn("dlq", { ...HERE, region: "us-east-1" });
    expect(errorOf(() => fixture.connected(policy(elsewhere))).message).toContain("must lie in the account and Region");
    expect(errorOf(() => fixture.connected(policy(queueArn("dlq", STRANGER)))).message).toContain("account and Region");
  });
});

describe("SetSubscriptionAttributes", () => {
  const set = (fixture: SnsFixture, SubscriptionArn: string, AttributeName: string, AttributeValue?: string) =>
    fixture.sns.call(HERE, "SetSubscriptionAttributes", { SubscriptionArn, AttributeName, AttributeValue });

  test("sets, and takes away what is emptied", () => {
    const fixture = new SnsFixture();
    const { subscriptionArn } = fixture.connected();
    set(fixture, subscriptionArn, "FilterPolicyScope", "MessageBody");
    set(fixture, subscriptionArn, "FilterPolicy", '{"a":{"b":["c"]}}');
    expect(attributesOf(fixture, subscriptionArn)).toMatchObject({ FilterPolicyScope: "MessageBody" });
    set(fixture, subscriptionArn, "FilterPolicy", "{}");
    expect(attributesOf(fixture, subscriptionArn)).not.toHaveProperty("FilterPolicy");
  });

  test("answers mistakes as AWS does", () => {
    const fixture = new SnsFixture();
    const { subscriptionArn } = fixture.connected();
    const problem = (name: string, value: string) => errorOf(() => set(fixture, subscriptionArn, name, value));
    expect(problem("Colour", "red")).toEqual(refusal("AttributeName"));
    expect(problem("RawMessageDelivery", "")).toEqual(
      refusal("RawMessageDelivery: Invalid value []. Must be true or false."),
    );
    expect(problem("FilterPolicy", '{"a":"b"}')).toEqual(refusal('FilterPolicy: "a" must be an object or an array'));
    expect(problem("FilterPolicy", '{"a":{"b":["c"]}}')).toEqual(
      refusal("Filter policy scope MessageAttributes does not support nested filter policy"),
    );
    expect(problem("FilterPolicy", "{invalid}").message).toMatch(
      /^Invalid parameter: FilterPolicy: failed to parse JSON\./,
    );
    expect(problem("RedrivePolicy", "{invalid}").message).toMatch(
      /^Invalid parameter: RedrivePolicy: failed to parse JSON\./,
    );
  });

  test("a scope that does not fit the policy is refused, and nothing changes", () => {
    const fixture = new SnsFixture();
    const { subscriptionArn } = fixture.connected({
      FilterPolicyScope: "MessageBody",
      FilterPolicy: '{"a":{"b":["c"]}}',
    });
    expect(() => set(fixture, subscriptionArn, "FilterPolicyScope", "MessageAttributes")).toThrow();
    expect(attributesOf(fixture, subscriptionArn).FilterPolicyScope).toBe("MessageBody");
  });
});

describe("finding and ending a subscription", () => {
  test("Unsubscribe ends it, and may be repeated", () => {
    const fixture = new SnsFixture();
    const { topicArn, subscriptionArn: SubscriptionArn } = fixture.connected();
    fixture.sns.call(HERE, "Unsubscribe", { SubscriptionArn });
    fixture.sns.call(HERE, "Unsubscribe", { SubscriptionArn });
    fixture.sns.call(HERE, "Publish", { TopicArn: topicArn, Message: "m" });
    expect(fixture.deliveries).toEqual([]);
    expect(fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn: topicArn }).Attributes).toMatchObject({
      SubscriptionsConfirmed: "0",
      SubscriptionsDeleted: "1",
    });
    expect(errorOf(() => attributesOf(fixture, SubscriptionArn))).toEqual({
      code: "NotFound",
      statusCode: 404,
      message: "Subscription does not exist",
    });
  });

  test.each([
    ["x", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"],
    ["arn:aws:sns:eu-central-1:111111111111:t:not-an-id", "SubscriptionId"],
    ["", "SubscriptionArn Reason: no value for required parameter"],
  ])("%j is no ARN of a subscription", (SubscriptionArn, message) => {
    const { sns } = new SnsFixture();
    expect(errorOf(() => sns.call(HERE, "Unsubscribe", { SubscriptionArn }))).toEqual(refusal(message));
  });

  test("somebody else's subscription is out of reach", () => {
    const fixture = new SnsFixture();
    const { subscriptionArn: SubscriptionArn } = fixture.connected();
    expect(errorOf(() => fixture.sns.call(STRANGER, "Unsubscribe", { SubscriptionArn })).code).toBe(
      "AuthorizationError",
    );
  });

  test("lists show the caller's own", () => {
    const fixture = new SnsFixture();
    const { topicArn, subscriptionArn } = fixture.connected();
    const expected = [
      {
        SubscriptionArn: subscriptionArn,
        Owner: HERE.accountId,
        Protocol: "sqs",
        Endpoint: queueArn("q"),
        TopicArn: topicArn,
      },
    ];
    expect(fixture.sns.call(HERE, "ListSubscriptions", {}).Subscriptions).toEqual(expected);
    expect(fixture.sns.call(HERE, "ListSubscriptionsByTopic", { TopicArn: topicArn }).Subscriptions).toEqual(expected);
    expect(fixture.sns.call(STRANGER, "ListSubscriptions", {}).Subscriptions).toEqual([]);
  });

  test("there is nothing to confirm", () => {
    const fixture = new SnsFixture();
    const input = { TopicArn: fixture.topic(), Token: "t" };
    expect(errorOf(() => fixture.sns.call(HERE, "ConfirmSubscription", input)).message).toContain(
      "no token to confirm",
    );
  });
});
