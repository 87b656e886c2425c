import { describe, expect, test } from "vitest";
import type { HandedOver } from "../../../../../lib/local/engine/sns/index.ts";
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

  test.each([
    ["http", "http://localhost/hook", true],
    ["https", "https://example.com/hook", true],
    ["email", "a@example.com", true],
    ["email-json", "a@example.com", true],
    ["sms", "+15551234567", false],
    ["lambda", "arn:aws:lambda:eu-central-1:111111111111:function:f", false],
    ["firehose", "arn:aws:firehose:eu-central-1:111111111111:deliverystream/s", false],
    ["application", "arn:aws:sns:eu-central-1:111111111111:endpoint/GCM/app/1", false],
  ])("%s: messages are handed over to whoever listens", (Protocol, Endpoint, isPending) => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const handedOver: HandedOver[] = [];
    const stop = fixture.sns.onHandOver((message) => handedOver.push(message));
    const { SubscriptionArn } = fixture.sns.call(HERE, "Subscribe", { TopicArn, Protocol, Endpoint });
    expect(SubscriptionArn).toMatch(isPending ? /^pending confirmation$/ : /^arn:/);
    const [listed] = fixture.sns.call(HERE, "ListSubscriptions", {}).Subscriptions ?? [];
    expect(listed).toMatchObject({ Protocol, Endpoint });
    expect(listed?.SubscriptionArn).toMatch(isPending ? /^PendingConfirmation$/ : /^arn:/);
    fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m", Subject: "s" });
    expect(handedOver).toMatchObject([
      { protocol: Protocol, endpoint: Endpoint, isPending, notification: { Message: "m", Subject: "s", TopicArn } },
    ]);
    expect(fixture.deliveries).toEqual([]);
    stop();
    fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m" });
    expect(handedOver).toHaveLength(1);
  });

  test("a subscriber gets the entry of its protocol in a JSON structure, and filters on it", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const handedOver: HandedOver[] = [];
    fixture.sns.onHandOver((message) => handedOver.push(message));
    const Attributes = { FilterPolicyScope: "MessageBody", FilterPolicy: '{"for":["mail"]}' };
    fixture.sns.call(HERE, "Subscribe", { TopicArn, Protocol: "email", Endpoint: "a@b", Attributes });
    fixture.subscribe(TopicArn, "q", Attributes);
    const entry = (name: string) => JSON.stringify({ for: name });
    const structure = { default: entry("all"), email: entry("mail"), sqs: entry("queue"), toString: entry("none") };
    fixture.sns.call(HERE, "Publish", { TopicArn, Message: JSON.stringify(structure), MessageStructure: "json" });
    expect(handedOver).toMatchObject([{ notification: { Message: entry("mail") } }]);
    expect(fixture.deliveries).toEqual([]);
  });

  test.each([
    ["lambda", "f", "Lambda endpoint ARN"],
    ["http", "https://example.com", "Endpoint must match the specified protocol"],
    ["email", "nobody", "Email address"],
  ])("%s refuses the endpoint %s", (Protocol, Endpoint, message) => {
    const fixture = new SnsFixture();
    const input = { TopicArn: fixture.topic(), Protocol, Endpoint };
    expect(errorOf(() => fixture.sns.call(HERE, "Subscribe", input))).toEqual(refusal(message));
  });

  test.each(["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567", ""])(
    "sms refuses %j",
    (Endpoint) => {
      const fixture = new SnsFixture();
      const input = { TopicArn: fixture.topic(), Protocol: "sms", Endpoint };
      expect(errorOf(() => fixture.sns.call(HERE, "Subscribe", input)).message).toBe(
        `Invalid SMS endpoint: ${Endpoint}`,
      );
    },
  );

  test("only queues subscribe to FIFO topics, and only some protocols get raw messages", () => {
    const fixture = new SnsFixture();
    const call =
      (TopicArn: string, Attributes = {}) =>
      () =>
        fixture.sns.call(HERE, "Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+1555", Attributes });
    expect(errorOf(call(fixture.topic("a.fifo")))).toEqual(refusal("Invalid protocol type: sms"));
    expect(errorOf(call(fixture.topic(), { RawMessageDelivery: "true" })).message).toContain(
      "Delivery protocol [sms] does not support raw message delivery.",
    );
  });

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

  test("of a deleted topic can still be looked at, and ended", () => {
    const fixture = new SnsFixture();
    const { topicArn: TopicArn, subscriptionArn: SubscriptionArn } = fixture.connected();
    fixture.sns.call(HERE, "DeleteTopic", { TopicArn });
    const look = () => fixture.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn }).Attributes;
    expect(look()).toMatchObject({ TopicArn });
    const other = new SnsFixture();
    other.sns.restore(fixture.sns.snapshot());
    expect(other.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn }).Attributes).toEqual(look());
    expect(fixture.sns.call(HERE, "ListSubscriptions", {}).Subscriptions).toEqual([]);
    fixture.sns.call(HERE, "Unsubscribe", { SubscriptionArn });
    expect(errorOf(look).code).toBe("NotFound");
  });
});

describe("confirming a subscription", () => {
  const REMOTE_QUEUE = queueArn("q", STRANGER);

  function pending() {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const input = { TopicArn, Protocol: "sqs", Endpoint: REMOTE_QUEUE };
    const { SubscriptionArn } = fixture.sns.call(HERE, "Subscribe", input);
    const message = JSON.parse(fixture.deliveries[0]?.body ?? "{}");
    return { fixture, TopicArn, SubscriptionArn, message };
  }

  test("a queue of another account gets a token, and messages only once it is confirmed", () => {
    const { fixture, TopicArn, SubscriptionArn, message } = pending();
    expect(SubscriptionArn).toBe("pending confirmation");
    expect(message).toMatchObject({
      Type: "SubscriptionConfirmation",
      TopicArn,
      Token: expect.stringMatching(/^[0-9a-f]+$/),
    });
    expect(message.SubscribeURL).toContain(`Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${message.Token}`);
    const counts = () => fixture.sns.call(HERE, "GetTopicAttributes", { TopicArn }).Attributes;
    expect(counts()).toMatchObject({ SubscriptionsPending: "1", SubscriptionsConfirmed: "0" });
    const publish = () => fixture.sns.call(HERE, "Publish", { TopicArn, Message: "m" });
    publish();
    expect(fixture.deliveries).toHaveLength(1);

    const confirm = { TopicArn, Token: message.Token };
    const { SubscriptionArn: arn = "" } = fixture.sns.call(STRANGER, "ConfirmSubscription", confirm);
    expect(fixture.sns.call(STRANGER, "ConfirmSubscription", confirm)).toEqual({ SubscriptionArn: arn });
    publish();
    expect(fixture.deliveries).toHaveLength(2);
    expect(counts()).toMatchObject({ SubscriptionsPending: "0", SubscriptionsConfirmed: "1" });
    expect(fixture.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn: arn }).Attributes).toMatchObject({
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "false",
    });
  });

  test("a queue's own account needs no confirmation", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const statement = { Effect: "Allow", Principal: "*", Action: "sns:Subscribe", Resource: TopicArn };
    const AttributeValue = JSON.stringify({ Statement: [statement] });
    fixture.sns.call(HERE, "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
    const input = { TopicArn, Protocol: "sqs", Endpoint: REMOTE_QUEUE };
    expect(fixture.sns.call(STRANGER, "Subscribe", input).SubscriptionArn).toMatch(/^arn:/);
    expect(fixture.deliveries).toEqual([]);
  });

  test("the ARN of a pending subscription is returned to those who ask for it", () => {
    const fixture = new SnsFixture();
    const TopicArn = fixture.topic();
    const input = { TopicArn, Protocol: "email", Endpoint: "a@b", ReturnSubscriptionArn: true };
    const { SubscriptionArn = "" } = fixture.sns.call(HERE, "Subscribe", input);
    expect(fixture.sns.call(HERE, "GetSubscriptionAttributes", { SubscriptionArn }).Attributes).toMatchObject({
      PendingConfirmation: "true",
    });
  });

  test("a token is checked for its form first, then for its topic", () => {
    const { fixture, TopicArn, message } = pending();
    const confirm = (topic: string, Token: string) =>
      errorOf(() => fixture.sns.call(HERE, "ConfirmSubscription", { TopicArn: topic, Token })).message;
    expect(confirm(TopicArn, "random")).toBe("Invalid token");
    expect(confirm(TopicArn, "0".repeat(288))).toBe("Invalid parameter: Token");
    expect(confirm(`${TopicArn}x`, message.Token)).toBe("Invalid parameter: Token");
    expect(confirm(TopicArn.replace("eu-central-1", "us-east-1"), message.Token)).toBe("Invalid parameter: Topic");
  });
});
