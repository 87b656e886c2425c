import { Duration } from "aws-cdk-lib";
import * as kms from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import { SqsDestination } from "aws-cdk-lib/aws-s3-notifications";
import { describe, expect, test } from "vitest";
import { WorkQueue } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { BILLING, environmentOf, newStack, newWorkQueue, properties, refusal, templateOf } from "./support.ts";

describe("a work queue", () => {
  test("is a queue with a dead-letter queue and the handler, with the defaults of a subscriber", () => {
    const template = templateOf(newWorkQueue({ handler: BILLING }));
    template.resourceCountIs("AWS::SQS::Queue", 2);
    template.resourceCountIs("AWS::SNS::Topic", 0);
    expect(properties(template, "AWS::SQS::Queue", "ImagesQueue")).toMatchObject({
      QueueName: expect.stringMatching(/^Shop-Images-[0-9a-f]{8}$/),
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: 180,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { maxReceiveCount: 55 },
    });
    expect(properties(template, "AWS::SQS::Queue", "ImagesDeadLetterQueue")).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: { redrivePermission: "byQueue" },
    });
    expect(properties(template, "AWS::Lambda::EventSourceMapping", "Images")).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  test("tells its handler who it is, and to keep records for one redrive", () => {
    const work = newWorkQueue({ handler: BILLING });
    const environment = environmentOf(templateOf(work), "ImagesHandler");
    expect(environment).toMatchObject({
      FANFARE_CONSUMER: "image-work.Images",
      FANFARE_IDEMPOTENCY_RETENTION_SECONDS: String(36 * 86_400),
      FANFARE_IDEMPOTENCY_TABLE: { Ref: expect.stringMatching(/^ImagesIdempotency/) },
    });
    expect(work.retention.toDays()).toBe(36);
    expect(work.idempotencyTable).toBeDefined();
    expect(work.eventSourceMapping).toBeDefined();
  });

  test("takes the options of queue and consumer", () => {
    const work = newWorkQueue({
      handler: BILLING,
      guarantee: "at-least-once",
      maxReceiveCount: 2,
      deliveryDelay: Duration.seconds(5),
      batchSize: 3,
    });
    const template = templateOf(work);
    expect(properties(template, "AWS::SQS::Queue", "ImagesQueue")).toMatchObject({
      DelaySeconds: 5,
      RedrivePolicy: { maxReceiveCount: 2 },
    });
    expect(properties(template, "AWS::Lambda::EventSourceMapping", "Images").BatchSize).toBe(3);
    template.resourceCountIs("AWS::DynamoDB::Table", 0);
  });

  test("can be FIFO", () => {
    const work = new WorkQueue(newStack(), "Work", { contract: orders, fifo: true, alarms: false });
    const template = templateOf(work);
    for (const prefix of ["WorkQueue", "WorkDeadLetterQueue"]) {
      expect(properties(template, "AWS::SQS::Queue", prefix)).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId",
      });
    }
  });

  test("takes the notifications of a bucket, also under a key", () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, "Uploads");
    const work = newWorkQueue({ handler: BILLING, encryptionKey: new kms.Key(stack, "Key") }, stack);
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new SqsDestination(work.queue));
    const template = templateOf(stack);
    const policy = JSON.stringify(properties(template, "AWS::SQS::QueuePolicy", "ImagesQueuePolicy"));
    expect(policy).toContain("s3.amazonaws.com");
    expect(JSON.stringify(properties(template, "AWS::KMS::Key", "Key").KeyPolicy)).toContain("s3.amazonaws.com");
    template.resourceCountIs("Custom::S3BucketNotifications", 1);
  });

  test("offers its metrics", () => {
    const work = newWorkQueue();
    expect(work.metricApproximateAgeOfOldestMessage().metricName).toBe("ApproximateAgeOfOldestMessage");
    expect(work.metricApproximateNumberOfMessagesVisible().metricName).toBe("ApproximateNumberOfMessagesVisible");
  });

  test("is refused what a subscriber is refused", () => {
    expect(refusal(() => newWorkQueue({ handler: BILLING, maxConcurrency: 1 }))).toContain("maxConcurrency is 1");
    expect(refusal(() => newWorkQueue({ batchSize: 5 }))).toContain("batchSize given without a handler");
    expect(refusal(() => newWorkQueue({ handler: BILLING, visibilityTimeout: Duration.seconds(1) }))).toContain(
      "visibilityTimeout is 1 seconds",
    );
  });
});
