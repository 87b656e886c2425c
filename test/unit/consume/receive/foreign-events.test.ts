import { describe, expect, test } from "vitest";
import { consume, consumeBatch, type SqsEvent } from "../../../../lib/index.ts";
import { context, contract, envelope, ids, offline, record } from "../support.ts";

/** Events of other services as they invoke functions, and how an error names their sender. */
const FOREIGN: readonly (readonly [event: unknown, named: string])[] = [
  [{ Records: [{ EventSource: "aws:sns", EventVersion: "1.0", Sns: { Message: "{}" } }] }, "Amazon SNS"],
  [{ Records: [{ Sns: { Message: "{}" } }] }, "Amazon SNS"],
  [{ Records: [{ eventSource: "aws:s3", s3: { bucket: {}, object: {} } }] }, "Amazon S3"],
  [{ Records: [{ eventSource: "aws:ses", ses: { mail: {} } }] }, "Amazon SES"],
  [{ Records: [{ eventSource: "aws:kinesis", kinesis: { data: "e30=" } }] }, "Amazon Kinesis"],
  [{ Records: [{ eventSource: "aws:dynamodb", dynamodb: { Keys: {} } }] }, "DynamoDB Streams"],
  [{ Records: [{ eventSource: "aws:codecommit", codecommit: {} }] }, "AWS CodeCommit"],
  [{ Records: [{ s3: { bucket: {}, object: {} } }] }, "an event of Amazon S3"],
  [{ Records: [{ ses: { mail: {} } }] }, "an event of Amazon SES"],
  [{ Records: [{ kinesis: { data: "e30=" } }] }, "an event of Amazon Kinesis"],
  [{ Records: [{ dynamodb: { Keys: {} } }] }, "an event of DynamoDB Streams"],
  [{ Records: [{ codecommit: {} }] }, "an event of AWS CodeCommit"],
  [{ Records: [{ cf: { config: {}, request: {} } }] }, "Amazon CloudFront"],
  [{ Records: [{ eventSource: "aws:new" }] }, '"aws:new"'],
  [{ eventSource: "aws:kafka", records: { "topic-0": [] } }, "Amazon MSK"],
  [{ eventSource: "SelfManagedKafka", records: {} }, "Apache Kafka"],
  [{ eventSource: "aws:mq", messages: [] }, "Amazon MQ"],
  [{ eventSource: "aws:rmq", rmqMessagesByQueue: {} }, "Amazon MQ"],
  [{ eventSource: "aws:docdb", events: [] }, '"aws:docdb"'],
  [{ source: "aws.s3", "detail-type": "Object Created", detail: {} }, "Amazon EventBridge"],
  [{ httpMethod: "POST", path: "/", body: "{}", requestContext: { apiId: "a" } }, "Amazon API Gateway"],
  [{ version: "2.0", routeKey: "$default", requestContext: { http: {} }, body: "{}" }, "a function URL"],
  [{ requestContext: { elb: {} }, httpMethod: "GET" }, "a load balancer"],
  [
    { invocationId: "i", deliveryStreamArn: "arn:aws:firehose:eu-central-1:1:deliverystream/d", records: [] },
    "Firehose",
  ],
  [{ awslogs: { data: "" } }, "CloudWatch Logs"],
  [[{ messageId: "m", body: "{}", eventSource: "aws:sqs" }], "something that is not an SQS event"],
  [{ Service: "Amazon S3", Event: "s3:TestEvent" }, "something that is not an SQS event"],
  [{ temperature: 21 }, "something that is not an SQS event"],
  [{ Records: {} }, "something that is not an SQS event"],
  [{ Records: null }, "something that is not an SQS event"],
  [null, "something that is not an SQS event"],
  [undefined, "something that is not an SQS event"],
  ["text", "something that is not an SQS event"],
];

describe.each(["consume", "consumeBatch"])("%s", (entry) => {
  function invoke(event: unknown) {
    const handled: string[] = [];
    const handler =
      entry === "consume"
        ? consume(contract, { Placed: (_, ctx) => void handled.push(ctx.event.id) }, offline())
        : consumeBatch(contract, (items) => void handled.push(...items.map((item) => item.event.id)), offline());
    return { handled, response: handler(event as SqsEvent, context()) };
  }

  test.each(FOREIGN)("refuses %j", async (event, named) => {
    const { response } = invoke(event);
    await expect(response).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      field: "event.Records",
      message: expect.stringContaining(named),
      remedy: expect.stringContaining("event source mapping"),
    });
  });

  test("refuses a batch in which one record is another service's, and handles none of it", async () => {
    const sns = { EventSource: "aws:sns", Sns: { Message: "{}" } };
    const { handled, response } = invoke({ Records: [record(envelope("a")), sns] });
    await expect(response).rejects.toMatchObject({ code: "ConfigurationInvalid" });
    expect(handled).toEqual([]);
  });

  test("names a service by no more than 100 characters that it gives", async () => {
    const { response } = invoke({ Records: [{ eventSource: "x".repeat(1_000) }] });
    await expect(response).rejects.toMatchObject({ message: expect.stringMatching(/"x{100}"/) });
  });

  test.each([
    ["an event without records", { Records: [] }],
    ["messages of SQS with fields of other services", { Records: [{ ...record(envelope("a")), s3: {}, Sns: {} }] }],
    [
      "messages of SQS with fields of other services and without a receipt handle, made by hand",
      { Records: [{ messageId: "m", body: JSON.stringify(envelope("a")), eventSource: "aws:sqs", s3: {} }] },
    ],
    ["messages without a source, made by hand", { Records: [record(envelope("a"))] }],
  ])("takes %s", async (_, event) => {
    const { handled, response } = invoke(event);
    expect(ids(await response)).toEqual([]);
    expect(handled).toHaveLength(event.Records.length);
  });
});
