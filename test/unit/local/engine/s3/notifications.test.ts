import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { BUCKET, bytes, errorOf, HERE, S3Fixture } from "./fixture.ts";

const QUEUE = "arn:aws:sqs:eu-central-1:111111111111:events";
const TOPIC = "arn:aws:sns:eu-central-1:111111111111:events";

function configure(fixture: S3Fixture, configuration: NotificationConfiguration, SkipDestinationValidation = false) {
  return fixture.s3.call(HERE, "PutBucketNotificationConfiguration", {
    Bucket: BUCKET,
    NotificationConfiguration: configuration,
    SkipDestinationValidation,
  });
}

const toQueue = (...Events: ("s3:ObjectCreated:*" | "s3:ObjectRemoved:*" | "s3:ObjectCreated:Put")[]) => ({
  QueueConfigurations: [{ Id: "to-queue", QueueArn: QUEUE, Events }],
});

/** The records of all deliveries after the test event. */
function records(fixture: S3Fixture) {
  return fixture.deliveries.slice(1).map((delivery) => JSON.parse(delivery.body).Records[0]);
}

describe("the test event", () => {
  test("goes to each destination when it is configured", () => {
    const fixture = new S3Fixture();
    configure(fixture, {
      ...toQueue("s3:ObjectCreated:*"),
      TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectRemoved:*"] }],
    });
    const [delivery] = fixture.deliveries;
    expect(delivery).toMatchObject({
      queueArn: QUEUE,
      principal: "s3.amazonaws.com",
      sourceArn: `arn:aws:s3:::${BUCKET}`,
      sourceAccount: HERE.accountId,
    });
    expect(JSON.parse(delivery?.body ?? "")).toEqual({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: "2026-11-21T12:00:00.000Z",
      Bucket: BUCKET,
      RequestId: expect.stringMatching(/^[\dA-F]{16}$/),
      HostId: expect.any(String),
    });
    expect(fixture.publications).toMatchObject([{ topicArn: TOPIC, subject: "Amazon S3 Notification" }]);
  });

  test("is refused by a destination: then nothing is configured", () => {
    const fixture = new S3Fixture();
    fixture.refused.add(QUEUE);
    expect(errorOf(() => configure(fixture, toQueue("s3:ObjectCreated:*")))).toMatchObject({
      code: "InvalidArgument",
      message: expect.stringContaining("Unable to validate the following destination configurations"),
    });
    expect(fixture.s3.call(HERE, "GetBucketNotificationConfiguration", { Bucket: BUCKET })).toEqual({});
    configure(fixture, toQueue("s3:ObjectCreated:*"), true);
    expect(fixture.s3.call(HERE, "GetBucketNotificationConfiguration", { Bucket: BUCKET })).toEqual(
      toQueue("s3:ObjectCreated:*"),
    );
    expect(fixture.deliveries).toEqual([]);
  });
});

describe("events", () => {
  test("of a put have the record that AWS writes", () => {
    const fixture = new S3Fixture();
    configure(fixture, toQueue("s3:ObjectCreated:*"));
    fixture.put("red flower/a@b.jpg", "my content");
    expect(records(fixture)).toEqual([
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "eu-central-1",
        eventTime: "2026-11-21T12:00:00.000Z",
        eventName: "ObjectCreated:Put",
        userIdentity: { principalId: "AWS:111111111111" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "to-queue",
          bucket: { name: BUCKET, ownerIdentity: { principalId: HERE.accountId }, arn: `arn:aws:s3:::${BUCKET}` },
          object: {
            key: "red+flower/a%40b.jpg",
            size: 10,
            eTag: fixture.get("red flower/a@b.jpg").ETag?.replaceAll('"', ""),
            sequencer: expect.stringMatching(/^[\dA-F]{18}$/),
          },
        },
      },
    ]);
  });

  test("tell what happened, with rising sequencers", () => {
    const fixture = new S3Fixture();
    configure(fixture, toQueue("s3:ObjectCreated:*", "s3:ObjectRemoved:*"));
    const target = { Bucket: BUCKET, Key: "b" };
    fixture.put("a");
    fixture.s3.call(HERE, "CopyObject", { ...target, CopySource: `${BUCKET}/a` });
    const { UploadId } = fixture.s3.call(HERE, "CreateMultipartUpload", target);
    const { ETag } = fixture.s3.call(HERE, "UploadPart", { ...target, UploadId, PartNumber: 1, Body: bytes("x") });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    fixture.s3.call(HERE, "CompleteMultipartUpload", { ...target, UploadId, MultipartUpload });
    fixture.s3.call(HERE, "DeleteObject", target);
    fixture.s3.call(HERE, "DeleteObject", target);
    fixture.s3.call(HERE, "DeleteObjects", { Bucket: BUCKET, Delete: { Objects: [{ Key: "a" }] } });
    const all = records(fixture);
    expect(all.map((record) => record.eventName)).toEqual([
      "ObjectCreated:Put",
      "ObjectCreated:Copy",
      "ObjectCreated:CompleteMultipartUpload",
      "ObjectRemoved:Delete",
      "ObjectRemoved:Delete",
    ]);
    expect(all[3].s3.object).toEqual({ key: "b", sequencer: expect.any(String) });
    const sequencers = all.map((record) => record.s3.object.sequencer);
    expect(sequencers).toEqual([...sequencers].sort());
    expect(new Set(sequencers).size).toBe(5);
  });

  test("are filtered by type, prefix and suffix", () => {
    const fixture = new S3Fixture();
    const FilterRules = [
      { Name: "Prefix", Value: "in/" },
      { Name: "Suffix", Value: ".json" },
    ];
    Reflect.apply(configure, undefined, [
      fixture,
      {
        QueueConfigurations: [{ QueueArn: QUEUE, Events: ["s3:ObjectCreated:Put"], Filter: { Key: { FilterRules } } }],
      },
    ]);
    for (const key of ["in/a.json", "in/a.txt", "out/a.json"]) {
      fixture.put(key);
    }
    fixture.s3.call(HERE, "CopyObject", { Bucket: BUCKET, Key: "in/b.json", CopySource: `${BUCKET}/in/a.json` });
    fixture.s3.call(HERE, "DeleteObject", { Bucket: BUCKET, Key: "in/a.json" });
    expect(records(fixture).map((record) => record.s3.object.key)).toEqual(["in/a.json"]);
  });

  test("reach topics, and stop when the configuration is emptied", () => {
    const fixture = new S3Fixture();
    configure(fixture, { TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectCreated:*"] }] });
    fixture.put("a");
    expect(JSON.parse(fixture.publications[1]?.message ?? "").Records[0].eventName).toBe("ObjectCreated:Put");
    configure(fixture, {});
    fixture.put("b");
    expect(fixture.publications).toHaveLength(2);
  });

  test("that are refused do not fail the write", () => {
    const fixture = new S3Fixture();
    configure(fixture, toQueue("s3:ObjectCreated:*"));
    fixture.refused.add(QUEUE);
    expect(fixture.put("a").ETag).toBeTruthy();
  });
});

describe("a configuration that is refused", () => {
  const refused = (configuration: object) => {
    const fixture = new S3Fixture();
    return errorOf(() => Reflect.apply(configure, undefined, [fixture, configuration]));
  };
  const queue = (more: object) => ({
    QueueConfigurations: [{ QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"], ...more }],
  });

  test.each<[string, object, string, string]>([
    [
      "a bad ARN",
      queue({ QueueArn: "invalid-queue" }),
      "InvalidArgument",
      "The ARN could not be parsed: invalid-queue",
    ],
    ["a topic for a queue", queue({ QueueArn: TOPIC }), "InvalidArgument", "could not be parsed"],
    ["a FIFO queue", queue({ QueueArn: `${QUEUE}.fifo` }), "InvalidArgument", "does not send events to FIFO queues"],
    ["no events", queue({ Events: [] }), "MalformedXML", "XML"],
    [
      "an event that is never sent",
      queue({ Events: ["s3:ObjectAcl:Put"] }),
      "InvalidArgument",
      "does not send the event s3:ObjectAcl:Put",
    ],
    [
      "a bad filter",
      queue({ Filter: { Key: { FilterRules: [{ Name: "INVALID", Value: "x" }] } } }),
      "InvalidArgument",
      "filter rule name must be either prefix or suffix",
    ],
    [
      "a function that is none",
      { LambdaFunctionConfigurations: [{ LambdaFunctionArn: "x", Events: ["s3:ObjectCreated:*"] }] },
      "InvalidArgument",
      "The ARN could not be parsed: x",
    ],
  ])("for %s", (_name, configuration, code, message) => {
    const error = refused(configuration);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test("for an overlap, but not for different prefixes or events", () => {
    const pair = (first: object, second: object) => ({
      QueueConfigurations: [first, second].map((more) => ({ QueueArn: QUEUE, ...more })),
    });
    const prefix = (Value: string) => ({ Key: { FilterRules: [{ Name: "prefix", Value }] } });
    const all = { Events: ["s3:ObjectCreated:*"] };
    expect(refused(pair(all, { Events: ["s3:ObjectCreated:Put"] })).message).toContain("Configurations overlap");
    expect(refused(pair({ ...all, Filter: prefix("a") }, { ...all, Filter: prefix("ab") })).message).toContain(
      "overlap",
    );
    for (const fine of [
      pair(all, { Events: ["s3:ObjectRemoved:*"] }),
      pair({ ...all, Filter: prefix("a/") }, { ...all, Filter: prefix("b/") }),
      pair({ Events: ["s3:ObjectCreated:Put"] }, { Events: ["s3:ObjectCreated:Copy"] }),
    ]) {
      const fixture = new S3Fixture();
      Reflect.apply(configure, undefined, [fixture, fine]);
      expect(fixture.deliveries).toHaveLength(2);
    }
  });
});
