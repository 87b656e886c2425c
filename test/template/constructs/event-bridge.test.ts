import { type App, Duration, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  type FanOutOptions,
  type FanoutTopic,
  type FanoutTopicProps,
  WorkQueue,
} from "../../../infra/constructs/index.ts";
import type { EventName } from "../../../lib/contract/index.ts";
import { orders } from "../fixtures/contract.ts";
import {
  actionsOf,
  BILLING,
  newStack,
  newTopic,
  newWorkQueue,
  properties,
  refusal,
  resource,
  statementsOf,
  templateOf,
} from "./support.ts";

const eventPattern = { source: ["aws.s3"] };

test("a rule sends events of the contract to a work queue, and what it cannot deliver to the dead-letter queue", () => {
  const stack = newStack();
  const work = newWorkQueue({}, stack);
  const target = work.eventBridgeTarget("ImageUploaded", {
    data: { key: events.EventField.fromPath("$.detail.object.key") },
    maxEventAge: Duration.hours(1),
    retryAttempts: 0,
  });
  new events.Rule(stack, "Uploads", { eventPattern, targets: [target] });
  const template = templateOf(stack);
  expect(properties(template, "AWS::Events::Rule", "Uploads").Targets).toEqual([
    expect.objectContaining({
      Arn: { "Fn::GetAtt": [expect.stringMatching(/^ImagesQueue/), "Arn"] },
      DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^ImagesDeadLetterQueue/), "Arn"] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 0 },
      InputTransformer: {
        InputPathsMap: { id: "$.id", source: "$.source", time: "$.time", "detail-object-key": "$.detail.object.key" },
        InputTemplate:
          '{"specversion":"1.0","id":<id>,"source":<source>,"type":"image-work.ImageUploaded","time":<time>,"datacontenttype":"application/json","dataversion":1,"data":{"key":<detail-object-key>}}',
      },
    }),
  ]);
  // One policy for both queues.
  const { Queues, PolicyDocument } = properties(template, "AWS::SQS::QueuePolicy", "ImagesQueuePolicy");
  expect(Queues).toHaveLength(2);
  const { Statement } = PolicyDocument as { Statement: Record<string, unknown>[] };
  for (const queue of [/^ImagesQueue/, /^ImagesDeadLetterQueue/]) {
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: expect.toSatisfy((actions) => [actions].flat().includes("sqs:SendMessage")),
        Condition: {
          ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [expect.stringMatching(/^Uploads/), "Arn"] } },
        },
        Resource: { "Fn::GetAtt": [expect.stringMatching(queue), "Arn"] },
      }),
    );
  }
});

test("the whole detail is the data by default, and EventBridge may use the key", () => {
  const stack = newStack();
  const work = newWorkQueue({ encryptionKey: new kms.Key(stack, "Key") }, stack);
  new events.Rule(stack, "Uploads", { eventPattern, targets: [work.eventBridgeTarget("ImageUploaded")] });
  const template = templateOf(stack);
  expect(JSON.stringify(properties(template, "AWS::Events::Rule", "Uploads"))).toContain('\\"data\\":<detail>');
  expect(JSON.stringify(properties(template, "AWS::KMS::Key", "Key"))).toContain("events.amazonaws.com");
});

test("an unknown event and a FIFO queue are refused", () => {
  // @ts-expect-error no such event
  const attempt = () => newWorkQueue().eventBridgeTarget("Resized");
  expect(refusal(attempt)).toMatch(/Shop\/Images: "Resized" is not an event of image-work \(use ImageUploaded/);
  expect(refusal(() => newWorkQueue().eventBridgeTarget("toString" as "ImageUploaded"))).toContain("is not an event");
  const fifo = new WorkQueue(newStack(), "Images", { contract: orders, fifo: true, alarms: false, dashboard: false });
  expect(refusal(() => fifo.eventBridgeTarget("OrderPlaced"))).toMatch(
    /the queue is FIFO, .*publish to the FIFO queue/,
  );
});

test("times out of range are refused, and an imported key is a warning with the statement", () => {
  const target = (options: object) => newWorkQueue().eventBridgeTarget("ImageUploaded", options);
  expect(refusal(() => target({ maxEventAge: Duration.seconds(59) }))).toContain("60 to 86400 seconds");
  expect(refusal(() => target({ retryAttempts: 186 }))).toContain("0 to 185");
  const stack = newStack();
  const encryptionKey = kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/k");
  newWorkQueue({ encryptionKey }, stack).eventBridgeTarget("ImageUploaded");
  Annotations.fromStack(stack).hasWarning(
    "*",
    Match.stringLikeRegexp(
      'eventBridgeTarget needs statements.*"kms:GenerateDataKey.*"Service":"events.amazonaws.com"',
    ),
  );
});

describe("a rule that sends to a topic", () => {
  const fed = <const Name extends EventName<typeof orders>>(
    options: FanOutOptions<typeof orders, Name>,
    props: Partial<FanoutTopicProps<typeof orders>> = {},
  ) => {
    const stack = newStack();
    const topic = newTopic(props, stack);
    topic.fanOut("Billing", options);
    const target = topic.eventBridgeTarget("OrderPlaced", { maxEventAge: Duration.hours(1) });
    // In another stack, which refers to the topic.
    const other = new Stack(Stack.of(topic).node.scope as App, "Rules");
    new events.Rule(other, "Sold", { eventPattern, targets: [target] });
    return { stack, topic, other };
  };

  test("has a role that may publish and use the key, and a dead-letter queue for what cannot be delivered", () => {
    const stack = newStack();
    const actionTopic = new sns.Topic(stack, "Pages");
    const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key"), alarms: { actionTopic } }, stack);
    topic.fanOut("Billing", { filter: "body", handler: BILLING });
    topic.push("Ops", { email: "ops@example.com", filter: "body" });
    const target = topic.eventBridgeTarget("OrderPlaced", { retryAttempts: 3 });
    new events.Rule(stack, "Sold", { eventPattern, targets: [target] });
    new events.Rule(stack, "Resold", { eventPattern, targets: [topic.eventBridgeTarget("OrderPlaced")] });
    const template = templateOf(stack);
    expect(properties(template, "AWS::Events::Rule", "Sold").Targets).toEqual([
      expect.objectContaining({
        Arn: { Ref: expect.stringMatching(/^OrdersTopic/) },
        RoleArn: { "Fn::GetAtt": [expect.stringMatching(/^OrdersEventBridgeRole/), "Arn"] },
        DeadLetterConfig: {
          Arn: { "Fn::GetAtt": [expect.stringMatching(/^OrdersEventBridgeDeadLetterQueue/), "Arn"] },
        },
        RetryPolicy: { MaximumRetryAttempts: 3 },
        InputTransformer: expect.objectContaining({
          InputTemplate: expect.stringContaining('"type":"orders.OrderPlaced","time":<time>'),
        }),
      }),
    ]);
    expect(actionsOf(statementsOf(template, "OrdersEventBridgeRole"))).toEqual(
      expect.arrayContaining(["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"]),
    );
    expect(JSON.stringify(properties(template, "AWS::SQS::QueuePolicy", "OrdersEventBridge"))).toMatch(
      /"aws:SourceArn":.*:rule\/\*.*"Service":"events.amazonaws.com"/,
    );
    expect(properties(template, "AWS::CloudWatch::Alarm", "OrdersEventBridge")).toBeDefined();
    for (const name of ["OrdersBilling", "OrdersOps"]) {
      expect(properties(template, "AWS::SNS::Subscription", name)).toMatchObject({
        FilterPolicy: { type: ["orders.OrderPlaced", "orders.OrderCancelled"] },
        FilterPolicyScope: "MessageBody",
      });
    }
  });

  test("warns of the statement that an imported key needs for the dead-letter queue", () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/k");
    newTopic({ encryptionKey }, stack).eventBridgeTarget("OrderPlaced");
    const found = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("eventBridgeTarget needs"));
    expect(found.map(({ entry }) => String(entry.data))).toEqual([
      expect.stringMatching(/"kms:GenerateDataKey\*".*"Service":"events.amazonaws.com"/),
    ]);
  });

  test("reaches subscribers that filter on the body or on nothing, also from another stack", () => {
    for (const options of [{ filter: "body" }, { filter: "none" }, { whereData: { orderId: ["o-1"] } }] as const) {
      const { other } = fed({ ...options });
      expect(() => templateOf(other)).not.toThrow();
    }
    expect(() => templateOf(fed({ events: ["OrderCancelled"] }).stack)).not.toThrow();
  });

  test("is refused at synthesis for a subscriber that filters on attributes, which EventBridge does not set", () => {
    const { stack } = fed({ events: ["OrderPlaced"], where: { region: ["eu"] } });
    expect(refusal(() => templateOf(stack))).toBe(
      'Shop/Orders/EventBridge: Billing filters OrderPlaced on message attributes, and EventBridge sets none: its events would never arrive there (set filter: "body" on the subscriber (and whereData in place of where), or leave the event out of its events)',
    );
    const pushing = newTopic();
    pushing.push("Ops", { email: "ops@example.com" });
    pushing.eventBridgeTarget("OrderPlaced");
    expect(refusal(() => templateOf(pushing))).toContain("Ops filters OrderPlaced on message attributes");
  });

  test("by another target is a warning for each subscriber that filters on attributes, as for any AWS service", () => {
    const warnings = (allow: (topic: FanoutTopic<typeof orders>, stack: Stack) => void) => {
      const stack = newStack();
      const topic = newTopic({}, stack);
      topic.fanOut("Types", { events: ["OrderPlaced"] });
      topic.fanOut("Body", { events: ["OrderPlaced"], filter: "body" });
      topic.fanOut("All", { filter: "none" });
      topic.push("Mail", { email: "ops@example.com", events: ["OrderPlaced"] });
      allow(topic, stack);
      templateOf(stack);
      const found = Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("set no message attributes"));
      return found.map(({ id, entry }) => `${id}: ${String(entry.data).slice(0, 70)}`);
    };
    expect(warnings((topic) => topic.grantPublish(new iam.AccountPrincipal("444455556666")))).toEqual([]);
    const text = "the policy of the topic lets events.amazonaws.com, s3.amazonaws.com publish";
    expect(
      warnings((topic, stack) => {
        new events.Rule(stack, "Raw", { eventPattern, targets: [new targets.SnsTopic(topic.topic)] });
        topic.grantPublish(new iam.ServicePrincipal("s3.amazonaws.com"));
      }),
    ).toEqual([`/Shop/Orders/Types: ${text.slice(0, 70)}`, `/Shop/Orders/Mail: ${text.slice(0, 70)}`]);
  });

  test("is refused on FIFO, for an unknown event, and with filters on the body where SNS cannot read it", () => {
    expect(refusal(() => newTopic({ fifo: true }).eventBridgeTarget("OrderPlaced"))).toContain("the topic is FIFO");
    // @ts-expect-error no such event
    expect(refusal(() => newTopic().eventBridgeTarget("Resized"))).toContain("is not an event of orders");
    expect(refusal(() => newTopic().eventBridgeTarget("OrderPlaced", { retryAttempts: 186 }))).toContain("0 to 185");
    expect(refusal(() => fed({ filter: "body" }, { largePayloads: true }))).toContain("filters on the body");
    expect(refusal(() => fed({ filter: "body", events: ["OrderPlaced"], where: { region: ["eu"] } }))).toContain(
      "SNS filters either on attributes or on the body",
    );
  });
});

test("a topic puts the selected events on a bus through a queue, whose dead letters are kept", () => {
  const stack = newStack();
  const eventBus = new events.EventBus(stack, "Bus");
  const topic = newTopic({ encryptionKey: new kms.Key(stack, "Key") }, stack);
  const toBus = topic.toEventBus("ToBus", { eventBus, events: ["OrderPlaced"], where: { region: ["eu"] } });
  expect(toBus.subscriber.deadLetterQueue).toBeDefined();
  const template = templateOf(stack);
  expect(properties(template, "AWS::SNS::Subscription", "OrdersToBus").FilterPolicy).toEqual({
    type: ["orders.OrderPlaced"],
    region: ["eu"],
  });
  expect(resource(template, "AWS::Pipes::Pipe", "OrdersToBus")).toMatchObject({
    Properties: {
      Source: { "Fn::GetAtt": [expect.stringMatching(/^OrdersToBusQueue/), "Arn"] },
      Target: { "Fn::GetAtt": [expect.stringMatching(/^Bus/), "Arn"] },
      RoleArn: { "Fn::GetAtt": [expect.stringMatching(/^OrdersToBusPipeRole/), "Arn"] },
      TargetParameters: {
        EventBridgeEventBusParameters: { Source: "$.body.source", DetailType: "$.body.type", Time: "$.body.time" },
        InputTemplate:
          '{"specversion":"1.0","id":<$.body.id>,"source":<$.body.source>,"type":<$.body.type>,"time":<$.body.time>,"dataversion":<$.body.dataversion>,"data":<$.body.data>}',
      },
    },
    // Pipes check at their creation whether the role may read the queue.
    DependsOn: expect.arrayContaining([expect.stringMatching(/^OrdersToBusPipeRoleDefaultPolicy/)]),
  });
  expect(actionsOf(statementsOf(template, "OrdersToBusPipeRole"))).toEqual(
    expect.arrayContaining(["events:PutEvents", "kms:Decrypt", "sqs:DeleteMessage", "sqs:ReceiveMessage"]),
  );
  template.hasResourceProperties("AWS::IAM::Role", {
    AssumeRolePolicyDocument: {
      Statement: [Match.objectLike({ Principal: { Service: "pipes.amazonaws.com" } })],
    },
  });
});

test("bodies in S3 and a bus elsewhere are refused", () => {
  const stack = newStack({ env: { account: "111122223333", region: "eu-central-1" } });
  const eventBus = new events.EventBus(stack, "Bus");
  expect(refusal(() => newTopic({ largePayloads: true }, stack).toEventBus("ToBus", { eventBus }))).toMatch(
    /largePayloads, but a pipe cannot read .*handler that calls PutEvents/,
  );
  const away = newStack({ env: { account: "111122223333", region: "eu-central-1" } });
  const elsewhere = events.EventBus.fromEventBusArn(away, "Away", "arn:aws:events:us-east-1:111122223333:event-bus/x");
  expect(refusal(() => newTopic({}, away).toEventBus("ToBus", { eventBus: elsewhere }))).toMatch(
    /another account or Region, which pipes do not reach/,
  );
});
