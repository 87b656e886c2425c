import { Duration } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import * as events from "aws-cdk-lib/aws-events";
import * as kms from "aws-cdk-lib/aws-kms";
import { expect, test } from "vitest";
import { WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import {
  actionsOf,
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
