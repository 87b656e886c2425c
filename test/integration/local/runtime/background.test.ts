import { PutBucketNotificationConfigurationCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { afterEach, expect, test } from "vitest";
import { getAtt, nodeFunction, queue, type Resource, ref } from "./assembly.ts";
import { type Harness, start, until } from "./harness.ts";

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const PRINT = "export const handler = async (event) => { console.log(JSON.stringify(event)); return { got: event }; };";
const FAIL = "export const handler = async () => { throw new RangeError('never'); };";

const app = (resources: Readonly<Record<string, Resource>>, bundles = { print: PRINT, fail: FAIL }) => ({
  App: { bundles, resources: { Print: nodeFunction("print"), ...resources } },
});

/** A call of the API as an SDK makes it, signed for a service. */
async function call(service: string, path: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${harness?.runtime.endpoint}${path}`, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const invoke = (name: string, body: string, type = "RequestResponse") =>
  call("lambda", `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, body, {
    "x-amz-invocation-type": type,
  });

test("a function that is subscribed to a topic gets the event of Lambda, by the filter policy", async () => {
  harness = await start(
    app({
      Topic: { Type: "AWS::SNS::Topic" },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: ref("Topic"),
          Protocol: "lambda",
          Endpoint: getAtt("Print"),
          FilterPolicy: { kind: ["order"] },
          FilterPolicyScope: "MessageBody",
        },
      },
    }),
  );
  await harness.publish("Topic", '{"kind":"other"}');
  await harness.publish("Topic", '{"kind":"order"}');
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 1, "one event");
  expect(harness.seen()).toEqual([
    {
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: harness.runtime.deployment.find("Subscription").physicalId,
          Sns: expect.objectContaining({
            Type: "Notification",
            TopicArn: harness.runtime.deployment.find("Topic").physicalId,
            Subject: null,
            Message: '{"kind":"order"}',
            MessageAttributes: {},
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.any(String),
          }),
        },
      ],
    },
  ]);
  expect(harness.runtime.deployment.leftOut).toEqual([]);
});

test("messages for e-mail, phones and web addresses are shown, not delivered, and their subscriptions are there", async () => {
  harness = await start(
    app({
      Topic: { Type: "AWS::SNS::Topic" },
      Mail: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: ref("Topic"), Protocol: "email", Endpoint: "a@example.com" },
      },
    }),
  );
  const TopicArn = harness.runtime.deployment.find("Topic").physicalId;
  await harness.sns.send(new SubscribeCommand({ TopicArn, Protocol: "sms", Endpoint: "+4915112345678" }));
  await harness.publish("Topic", "hello");
  expect(harness.events.filter(({ type }) => type === "outside")).toEqual([
    { type: "outside", protocol: "email", endpoint: "a@example.com", message: "hello", body: "hello" },
    { type: "outside", protocol: "sms", endpoint: "+4915112345678", message: "hello", body: "hello" },
  ]);
  expect(harness.runtime.deployment.leftOut).toMatchObject([
    { what: "Subscriptions with the protocol email", names: ["App/Mail"] },
  ]);
});

test("a bucket calls a function, by the property and by the custom resource of the CDK, and sends to EventBridge", async () => {
  harness = await start(
    app({
      Direct: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "direct",
          NotificationConfiguration: {
            LambdaConfigurations: [
              {
                Event: "s3:ObjectCreated:*",
                Function: getAtt("Print"),
                Filter: { S3Key: { Rules: [{ Name: "suffix", Value: ".txt" }] } },
              },
            ],
            EventBridgeConfiguration: { EventBridgeEnabled: true },
          },
        },
      },
      Custom: { Type: "AWS::S3::Bucket", Properties: { BucketName: "custom" } },
      Notifications: {
        Type: "Custom::S3BucketNotifications",
        Properties: {
          ServiceToken: "x",
          BucketName: ref("Custom"),
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [
              { Events: ["s3:ObjectCreated:*", "s3:ObjectRestore:*"], LambdaFunctionArn: getAtt("Print") },
            ],
          },
          Managed: true,
        },
      },
      Work: queue(),
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: { source: ["aws.s3"], "detail-type": ["Object Created"] },
          Targets: [{ Id: "t", Arn: getAtt("Work"), InputPath: "$.detail.object.key" }],
        },
      },
    }),
  );
  const s3 = new S3Client({
    endpoint: harness.runtime.endpoint,
    region: "eu-central-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (const [Bucket, Key] of [
    ["direct", "a.txt"],
    ["direct", "b.png"],
    ["custom", "c d"],
  ] as const) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  }
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 2, "two events");
  const keys = harness.seen().map((event) => Object(event).Records[0].s3.object.key);
  expect(keys.sort()).toEqual(["a.txt", "c+d"]);
  expect((await harness.peek("Work")).sort()).toEqual(['"a.txt"', '"b.png"']);
  expect(harness.runtime.deployment.leftOut.map(({ what }) => what)).toEqual([
    "Bucket notifications of other events than created, removed and tagged objects",
  ]);
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: "direct", NotificationConfiguration: {} }));
  s3.destroy();
});

test("Invoke of Lambda's API: a result, an error of the function, a dry run, an unknown function, no JSON", async () => {
  harness = await start(app({ Fail: nodeFunction("fail") }));
  const { physicalId, arn = "" } = harness.runtime.deployment.find("Print");
  for (const name of [physicalId, arn, `${arn}:$LATEST`, "Print"]) {
    const { status, headers, text } = await invoke(name, '{"a":1}');
    expect([status, headers.get("x-amz-executed-version"), JSON.parse(text)]).toEqual([
      200,
      "$LATEST",
      { got: { a: 1 } },
    ]);
  }
  const failed = await invoke("Fail", "");
  expect([failed.status, failed.headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
  expect(JSON.parse(failed.text)).toMatchObject({ errorType: "RangeError", errorMessage: "never" });
  expect(await invoke("Print", "{}", "DryRun")).toMatchObject({ status: 204, text: "" });
  expect(await invoke("Print", "{nonsense")).toMatchObject({ status: 400 });
  const unknown = await invoke("Nobody", "{}");
  expect([unknown.status, unknown.headers.get("x-amzn-errortype")]).toEqual([404, "ResourceNotFoundException"]);
});

test("an asynchronous invocation is tried again, then goes to its destination and its dead-letter queue", async () => {
  harness = await start(
    app({
      Fail: nodeFunction("fail", { DeadLetterConfig: { TargetArn: getAtt("Dead") } }),
      Dead: queue(),
      Failed: queue(),
      Done: queue(),
      FailConfig: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: {
          FunctionName: ref("Fail"),
          Qualifier: "$LATEST",
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: getAtt("Failed") } },
        },
      },
      PrintConfig: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: {
          FunctionName: ref("Print"),
          Qualifier: "$LATEST",
          DestinationConfig: { OnSuccess: { Destination: getAtt("Done") } },
        },
      },
    }),
  );
  expect(await invoke("Fail", '{"n":1}', "Event")).toMatchObject({ status: 202, text: "" });
  expect(await invoke("Print", '{"n":2}', "Event")).toMatchObject({ status: 202 });
  await harness.runtime.whenQuiet();
  const [failed = ""] = await harness.peek("Failed");
  expect(JSON.parse(failed)).toMatchObject({
    version: "1.0",
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 2 },
    requestPayload: { n: 1 },
    responseContext: { functionError: "Unhandled" },
    responsePayload: { errorType: "RangeError", errorMessage: "never" },
  });
  expect(await harness.peek("Dead")).toEqual(['{"n":1}']);
  const [done = ""] = await harness.peek("Done");
  expect(JSON.parse(done)).toMatchObject({
    requestContext: { condition: "Success", approximateInvokeCount: 1 },
    responsePayload: { got: { n: 2 } },
  });
});

test("a function URL is plain HTTP: the event of payload format 2.0, and a response with status, headers and body", async () => {
  const http = `export const handler = async (event) => event.rawPath === "/fail" ? Promise.reject(new Error("x"))
    : event.rawPath === "/plain" ? { plain: true }
    : { statusCode: 201, headers: { "X-Own": "y" }, body: JSON.stringify(event) };`;
  harness = await start({
    App: {
      bundles: { http },
      resources: {
        Http: nodeFunction("http"),
        Url: { Type: "AWS::Lambda::Url", Properties: { TargetFunctionArn: getAtt("Http"), AuthType: "NONE" } },
      },
      template: { Outputs: { Url: { Value: getAtt("Url", "FunctionUrl") } } },
    },
  });
  const url = String(harness.runtime.deployment.outputs.App?.Url);
  const made = await fetch(`${url}orders/1?a=1&a=2`, {
    method: "POST",
    body: '{"x":1}',
    headers: { "content-type": "application/json" },
  });
  expect([made.status, made.headers.get("x-own")]).toEqual([201, "y"]);
  expect(await made.json()).toMatchObject({
    version: "2.0",
    rawPath: "/orders/1",
    queryStringParameters: { a: "1,2" },
    requestContext: { http: { method: "POST", path: "/orders/1" } },
    body: '{"x":1}',
    isBase64Encoded: false,
  });
  const plain = await fetch(`${url}plain`);
  expect([plain.status, await plain.json()]).toEqual([200, { plain: true }]);
  expect((await fetch(`${url}fail`)).status).toBe(502);
  expect((await fetch(url.replace(/functions\/.*/, "functions/nobody/"))).status).toBe(404);
});

test("a rule and a schedule with a queue as target run by the clock that a test moves", async () => {
  harness = await start(
    app({
      Work: queue(),
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          ScheduleExpression: "rate(5 minutes)",
          Targets: [{ Id: "q", Arn: getAtt("Work"), Input: "tick" }],
        },
      },
      Schedule: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          ScheduleExpression: "rate(12 minutes)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn: getAtt("Work"), RoleArn: "r", Input: "once" },
        },
      },
    }),
  );
  expect(harness.runtime.deployment.leftOut).toEqual([]);
  harness.runtime.advance(4 * 60_000);
  await harness.runtime.whenQuiet();
  expect(await harness.depth("Work")).toBe(0);
  harness.runtime.advance(9 * 60_000);
  await harness.runtime.whenQuiet();
  expect((await harness.peek("Work")).sort()).toEqual(["once", "tick", "tick"]);
});

test("PutEvents goes to queues, topics and functions by pattern, bus and input", async () => {
  harness = await start(
    app({
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "orders" } },
      Work: queue(),
      Fifo: queue({ FifoQueue: true, ContentBasedDeduplication: true }),
      Own: queue(),
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: { source: ["shop"], detail: { total: [{ numeric: [">", 10] }] } },
          Targets: [
            { Id: "q", Arn: getAtt("Work") },
            {
              Id: "f",
              Arn: getAtt("Fifo"),
              SqsParameters: { MessageGroupId: "g" },
              InputTransformer: {
                InputPathsMap: { id: "$.detail.id", total: "$.detail.total" },
                InputTemplate: '{"text": "order <id>", "total": <total>}',
              },
            },
            { Id: "l", Arn: getAtt("Print"), Input: '{"constant":true}' },
          ],
        },
      },
      OwnRule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventBusName: ref("Bus"),
          EventPattern: { source: [{ prefix: "sh" }] },
          Targets: [{ Id: "q", Arn: getAtt("Own"), InputPath: "$.detail" }],
        },
      },
      Off: {
        Type: "AWS::Events::Rule",
        Properties: {
          State: "DISABLED",
          EventPattern: { source: ["shop"] },
          Targets: [{ Id: "q", Arn: getAtt("Own") }],
        },
      },
    }),
  );
  const entry = (Detail: string, more = {}) => ({ Source: "shop", DetailType: "Placed", Detail, ...more });
  const { status, text } = await call(
    "events",
    "/",
    JSON.stringify({
      Entries: [
        entry('{"id":"one \\"1\\"","total":11}'),
        entry('{"id":"two","total":9}'),
        entry('{"id":"three"}', { EventBusName: "orders" }),
        entry("[1]"),
        { Source: "shop" },
      ],
    }),
    { "x-amz-target": "AWSEvents.PutEvents", "content-type": "application/x-amz-json-1.1" },
  );
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({
    FailedEntryCount: 2,
    Entries: [
      { EventId: expect.any(String) },
      { EventId: expect.any(String) },
      { EventId: expect.any(String) },
      { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
      { ErrorCode: "InvalidArgument", ErrorMessage: expect.stringContaining("DetailType") },
    ],
  });
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 1, "one event");
  expect((await harness.peek("Work")).map((body) => JSON.parse(body))).toEqual([
    expect.objectContaining({ source: "shop", "detail-type": "Placed", detail: { id: 'one "1"', total: 11 } }),
  ]);
  expect((await harness.peek("Fifo")).map((body) => JSON.parse(body))).toEqual([{ text: 'order one "1"', total: 11 }]);
  expect(await harness.peek("Own")).toEqual(['{"id":"three"}']);
  expect(harness.seen()).toEqual([{ constant: true }]);
});

test("the API of EventBridge Scheduler: schedules run by the clock that a test moves, and delete themselves", async () => {
  harness = await start(app({ Work: queue() }));
  const Arn = harness.runtime.deployment.find("Work").arn;
  const schedule = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${harness?.runtime.endpoint}/schedules${path}`, {
      method,
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/scheduler/aws4_request, SignedHeaders=host, Signature=0",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [response.status, await response.json()];
  };
  const at = (minutes: number) => `at(${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)})`;
  const once = {
    ScheduleExpression: at(10),
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: { Arn, RoleArn: "r", Input: "once" },
  };
  expect(await schedule("POST", "/remind", once)).toEqual([
    200,
    { ScheduleArn: "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/remind" },
  ]);
  expect(await schedule("POST", "/remind", once)).toMatchObject([409, { __type: "ConflictException" }]);
  expect(await schedule("POST", "/wrong", { ...once, ScheduleExpression: "never" })).toMatchObject([
    400,
    { __type: "ValidationException" },
  ]);
  expect(await schedule("POST", "/gone", once)).toMatchObject([200, {}]);
  expect(await schedule("DELETE", "/gone?groupName=default")).toEqual([200, {}]);
  expect(await schedule("POST", "/moved", once)).toMatchObject([200, {}]);
  expect(
    await schedule("PUT", "/moved", { ...once, ScheduleExpression: at(30), Target: { ...once.Target, Input: "late" } }),
  ).toMatchObject([200, {}]);
  expect(await schedule("GET", "/moved")).toMatchObject([
    200,
    { Name: "moved", State: "ENABLED", GroupName: "default" },
  ]);
  await harness.runtime.reload();
  harness.runtime.advance(11 * 60_000);
  await harness.runtime.whenQuiet();
  expect(await harness.peek("Work")).toEqual(["once"]);
  expect(await schedule("GET", "/remind")).toMatchObject([404, { __type: "ResourceNotFoundException" }]);
  expect(await schedule("GET", "")).toMatchObject([200, { Schedules: [{ Name: "moved" }] }]);
  harness.runtime.advance(20 * 60_000);
  await harness.runtime.whenQuiet();
  // The first is visible again: the clock of its visibility timeout has moved as well.
  expect((await harness.peek("Work")).sort()).toEqual(["late", "once"]);
});
