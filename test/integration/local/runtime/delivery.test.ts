import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "vitest";
import { isAlive } from "../../../../lib/local/index.ts";
import { allowService, getAtt, mapping, nodeFunction, queue, ref, writeAssembly } from "./assembly.ts";
import { type Harness, start, until } from "./harness.ts";

const RECORDER = `export const handler = async (event) => {
  for (const { body, messageId, attributes } of event.Records) {
    console.log(JSON.stringify({ name: process.env.NAME, body, messageId, receives: attributes.ApproximateReceiveCount }));
  }
};`;

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

function subscription(queueId: string, properties = {}) {
  return {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: ref("Topic"),
      Protocol: "sqs",
      Endpoint: getAtt(queueId),
      RawMessageDelivery: true,
      ...properties,
    },
  };
}

test("a topic fans out to two queues and their functions", async () => {
  harness = await start({
    Foreign: {
      bundles: { recorder: RECORDER },
      resources: {
        Topic: { Type: "AWS::SNS::Topic" },
        One: queue(),
        Two: queue(),
        OnePolicy: allowService("One", "sns.amazonaws.com", ref("Topic")),
        TwoPolicy: allowService("Two", "sns.amazonaws.com", ref("Topic")),
        OneSubscription: subscription("One"),
        TwoSubscription: subscription("Two", { RawMessageDelivery: "false" }),
        OneFunction: nodeFunction("recorder", { Environment: { Variables: { NAME: "one" } } }),
        TwoFunction: nodeFunction("recorder", { Environment: { Variables: { NAME: "two" } } }),
        OneMapping: mapping("One", "OneFunction"),
        TwoMapping: mapping("Two", "TwoFunction"),
      },
    },
  });
  await harness.publish("Topic", "hello 👋");
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 2, "two lines");
  const seen = harness.seen();
  expect(seen).toContainEqual(expect.objectContaining({ name: "one", body: "hello 👋", receives: "1" }));
  expect(seen).toContainEqual(
    expect.objectContaining({ name: "two", body: expect.stringContaining('"Message":"hello 👋"') }),
  );
  expect(harness.runtime.stats.map(({ succeeded, failed, inFlight }) => ({ succeeded, failed, inFlight }))).toEqual([
    { succeeded: 1, failed: 0, inFlight: 0 },
    { succeeded: 1, failed: 0, inFlight: 0 },
  ]);
});

test("only the reported record of a batch is redelivered, and ends in the DLQ after maxReceiveCount", async () => {
  harness = await start({
    Foreign: {
      bundles: {
        partial: `export const handler = async (event) => {
          for (const { body, attributes } of event.Records) console.log(JSON.stringify({ body, receives: Number(attributes.ApproximateReceiveCount) }));
          return { batchItemFailures: event.Records.filter(({ body }) => body === "bad").map(({ messageId }) => ({ itemIdentifier: messageId })) };
        };`,
      },
      resources: {
        Dead: queue(),
        Work: queue({
          VisibilityTimeout: 4,
          RedrivePolicy: { deadLetterTargetArn: getAtt("Dead"), maxReceiveCount: 2 },
        }),
        Function: nodeFunction("partial"),
        Mapping: mapping("Work", "Function"),
      },
    },
  });
  await Promise.all(["good", "bad", "fine"].map((body) => harness?.send("Work", body)));
  await until(async () => (await harness?.depth("Dead")) === 1, "the bad message in the DLQ", 30_000);
  expect(await harness.peek("Dead")).toEqual(["bad"]);
  await harness.runtime.whenQuiet();
  const seen = harness.seen();
  expect(seen.filter((line) => JSON.stringify(line).includes('"bad"'))).toEqual([
    { body: "bad", receives: 1 },
    { body: "bad", receives: 2 },
  ]);
  expect(seen).toHaveLength(4);
});

test("a FIFO batch holds several messages of a group, in order, and a failure does not let later ones pass", async () => {
  const fifo = `let failed = false;
    export const handler = async (event) => {
      const bodies = event.Records.map(({ body }) => body);
      const at = failed ? -1 : bodies.indexOf("a2");
      if (at >= 0) failed = true;
      const open = at < 0 ? [] : event.Records.slice(at).filter(({ attributes }) => attributes.MessageGroupId === "a");
      console.log(JSON.stringify({ bodies, failed: open.map(({ body }) => body) }));
      return { batchItemFailures: open.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`;
  const foreign = (enabled: boolean) => ({
    Foreign: {
      bundles: { fifo },
      resources: {
        Work: queue({ FifoQueue: true, VisibilityTimeout: 5 }),
        Function: nodeFunction("fifo"),
        Mapping: mapping("Work", "Function", { Enabled: enabled }),
      },
    },
  });
  harness = await start(foreign(false));
  for (const body of ["a1", "a2", "b1", "a3", "b2", "a4"]) {
    await harness.send("Work", body, { group: body.charAt(0) });
  }
  expect(harness.runtime.stats[0]).toMatchObject({ received: 0 });
  // The mapping is switched on only now, so that all six are there for the first receive.
  await harness.runtime.reload(writeAssembly(foreign(true), harness.directory));
  await harness.runtime.whenQuiet();
  await until(() => (harness?.seen().length ?? 0) >= 2, "two batches");
  const batches = harness.seen().map((line) => line as { bodies: string[]; failed: string[] });
  expect(batches[0]?.bodies.filter((body) => body.startsWith("a"))).toEqual(["a1", "a2", "a3", "a4"]);
  expect(batches[0]?.failed).toEqual(["a2", "a3", "a4"]);
  const handled = batches.flatMap(({ bodies, failed }) => bodies.filter((body) => !failed.includes(body)));
  expect(handled.filter((body) => body.startsWith("a"))).toEqual(["a1", "a2", "a3", "a4"]);
  expect(handled.filter((body) => body.startsWith("b"))).toEqual(["b1", "b2"]);
});

test("what no filter matches is deleted, not delivered", async () => {
  harness = await start({
    Foreign: {
      bundles: { recorder: RECORDER },
      resources: {
        Work: queue(),
        Function: nodeFunction("recorder"),
        Mapping: mapping("Work", "Function", {
          FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { kind: ["wanted"] } }) }] },
        }),
      },
    },
  });
  await harness.send("Work", JSON.stringify({ kind: "other" }));
  await harness.send("Work", "not JSON at all");
  await harness.send("Work", JSON.stringify({ kind: "wanted" }));
  await harness.runtime.whenQuiet();
  expect(await harness.depth("Work")).toBe(0);
  expect(harness.runtime.stats[0]).toMatchObject({ received: 3, filtered: 2, invoked: 1, succeeded: 1 });
  await until(() => harness?.seen().length === 1, "one line");
  expect(harness.seen()[0]).toMatchObject({ body: '{"kind":"wanted"}' });
});

test("an object put under the prefix arrives in the queue's function as an S3 event", async () => {
  harness = await start({
    Foreign: {
      bundles: { recorder: RECORDER },
      resources: {
        Work: queue(),
        WorkPolicy: allowService("Work", "s3.amazonaws.com", getAtt("Bucket")),
        Bucket: { Type: "AWS::S3::Bucket" },
        Notifications: {
          Type: "Custom::S3BucketNotifications",
          DependsOn: "WorkPolicy",
          Properties: {
            ServiceToken: "arn:aws:lambda:eu-central-1:000000000000:function:provider",
            BucketName: ref("Bucket"),
            Managed: true,
            NotificationConfiguration: {
              QueueConfigurations: [
                {
                  Events: ["s3:ObjectCreated:*"],
                  QueueArn: getAtt("Work"),
                  Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "in/" }] } },
                },
              ],
            },
          },
        },
        Function: nodeFunction("recorder"),
        Mapping: mapping("Work", "Function"),
      },
    },
  });
  const s3 = new S3Client({
    endpoint: harness.runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  const Bucket = harness.runtime.deployment.find("Bucket").physicalId;
  await s3.send(new PutObjectCommand({ Bucket, Key: "out/no.txt", Body: "no" }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "in/yes.txt", Body: "yes" }));
  s3.destroy();
  await harness.runtime.whenQuiet();
  await until(() => (harness?.seen().length ?? 0) >= 2, "the test event and the object's");
  const keys = JSON.stringify(harness.seen());
  expect(keys).toContain("in/yes.txt");
  expect(keys).not.toContain("out/no.txt");
});

test("whenQuiet rejects at its deadline and tells what waits", async () => {
  harness = await start({
    Foreign: {
      bundles: { failing: `export const handler = async () => { throw new Error("never"); };` },
      resources: {
        Work: queue({ VisibilityTimeout: 30 }),
        Function: nodeFunction("failing"),
        Mapping: mapping("Work", "Function"),
      },
    },
  });
  await harness.send("Work", "x");
  await until(() => harness?.runtime.stats[0]?.failed === 1, "the failed batch");
  await expect(harness.runtime.whenQuiet({ timeoutMs: 200 })).rejects.toMatchObject({
    code: "NotQuiet",
    message: expect.stringMatching(/0 visible, 1 in flight, 0 delayed; Foreign-Function-\w+ succeeded 0, failed 1/),
  });
});

test("close ends every process that was started", async () => {
  harness = await start({
    Foreign: {
      bundles: { recorder: RECORDER },
      resources: { Work: queue(), Function: nodeFunction("recorder"), Mapping: mapping("Work", "Function") },
    },
  });
  await harness.send("Work", "x");
  await harness.runtime.whenQuiet();
  const { pids, endpoint } = harness.runtime;
  expect(pids.length).toBeGreaterThanOrEqual(2);
  expect(pids.every(isAlive)).toBe(true);
  await harness.close();
  expect(pids.filter(isAlive)).toEqual([]);
  await expect(fetch(endpoint)).rejects.toThrow();
  await expect(harness.runtime.invoke("Function", {})).rejects.toMatchObject({ code: "Closed" });
});
