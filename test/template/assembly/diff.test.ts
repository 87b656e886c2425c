import { type App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as subscriptions from "aws-cdk-lib/aws-sns-subscriptions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { expect, test } from "vitest";
import { differenceOf, graphOf } from "../../../lib/assembly/index.ts";
import { diff } from "../../../lib/cli/diff/index.ts";
import { readAssembly } from "../../../lib/local/deploy/index.ts";
import { newApp } from "../constructs/support.ts";

/** What differs between two versions of an app without any construct of ours. */
interface Version {
  readonly queueName?: string;
  readonly queueId?: string;
  readonly fifo?: boolean;
  readonly retention?: Duration;
  readonly deadLetters?: boolean;
  readonly removalPolicy?: RemovalPolicy;
  readonly filter?: readonly string[] | undefined;
  readonly subscribed?: boolean;
  readonly key?: string;
  readonly keyType?: dynamodb.AttributeType;
  readonly bucketName?: string;
  readonly expiration?: Duration;
  readonly consumer?: string;
  readonly tableVariable?: string | undefined;
  readonly withBucket?: boolean;
}

/** Reads the assembly of a version. */
function synthesised(version: Version) {
  return readAssembly(folderOf(version));
}

function folderOf(version: Version): string {
  const app: App = newApp();
  const stack = new Stack(app, "Shop");
  const { removalPolicy = RemovalPolicy.DESTROY } = version;
  const dlq = new sqs.Queue(stack, "Dead", { retentionPeriod: Duration.days(14) });
  const queue = new sqs.Queue(stack, version.queueId ?? "Work", {
    ...(version.queueName === undefined ? {} : { queueName: version.queueName }),
    ...(version.fifo === true ? { fifo: true } : {}),
    retentionPeriod: version.retention ?? Duration.days(4),
    removalPolicy,
    ...(version.deadLetters === false ? {} : { deadLetterQueue: { queue: dlq, maxReceiveCount: 5 } }),
  });
  const topic = new sns.Topic(stack, "Orders");
  if (version.subscribed !== false) {
    const allowlist = version.filter === undefined ? undefined : [...version.filter];
    topic.addSubscription(
      new subscriptions.SqsSubscription(queue, {
        ...(allowlist === undefined
          ? {}
          : { filterPolicy: { region: sns.SubscriptionFilter.stringFilter({ allowlist }) } }),
      }),
    );
  }
  const table = new dynamodb.Table(stack, "Claims", {
    partitionKey: { name: version.key ?? "id", type: version.keyType ?? dynamodb.AttributeType.STRING },
    removalPolicy,
  });
  if (version.withBucket !== false) {
    new s3.Bucket(stack, "Payloads", {
      ...(version.bucketName === undefined ? {} : { bucketName: version.bucketName }),
      lifecycleRules: version.expiration === undefined ? [] : [{ expiration: version.expiration }],
      removalPolicy,
    });
  }
  const handler = new lambda.Function(stack, "Handler", {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: lambda.Code.fromInline("exports.handler = async () => {}"),
    environment: {
      FANFARE_CONSUMER: version.consumer ?? "orders.Work",
      ...("tableVariable" in version
        ? version.tableVariable === undefined
          ? {}
          : { FANFARE_IDEMPOTENCY_TABLE: version.tableVariable }
        : { FANFARE_IDEMPOTENCY_TABLE: table.tableName }),
    },
  });
  handler.addEventSourceMapping("Mapping", { eventSourceArn: queue.queueArn });
  return app.synth().directory;
}

const BASE: Version = { queueName: "work", filter: ["eu", "us"], expiration: Duration.days(30) };

/** `kind resource` of each finding. */
const findings = (before: Version, after: Version) =>
  differenceOf(synthesised(before), synthesised(after)).findings.map(({ kind, resource }) => `${kind} ${resource}`);

test.each<[string, Version, string[]]>([
  ["nothing", {}, []],
  ["a longer retention", { retention: Duration.days(14) }, []],
  ["a wider filter", { filter: ["eu", "us", "apac"] }, []],
  ["no filter", { filter: undefined }, []],
  ["another queue name", { queueName: "jobs" }, ["replaced Work"]],
  ["another key", { key: "pk" }, ["replaced Claims"]],
  ["another type of key", { keyType: dynamodb.AttributeType.NUMBER }, ["replaced Claims"]],
  ["another bucket name", { bucketName: "other" }, ["replaced Payloads"]],
  ["no bucket", { withBucket: false }, ["removed Payloads"]],
  ["a narrower filter", { filter: ["eu"] }, ["filterNarrows Work/Shop:Orders"]],
  ["no subscription", { subscribed: false }, ["unsubscribed Work/Shop:Orders"]],
  ["a shorter retention", { retention: Duration.days(1) }, ["retentionShrinks Work"]],
  ["a shorter lifecycle", { expiration: Duration.days(7) }, ["retentionShrinks Payloads"]],
  ["a renamed consumer", { consumer: "orders.Jobs" }, ["consumerRenamed Handler"]],
  ["another table", { tableVariable: "other" }, ["consumerRenamed Handler"]],
  ["no table", { tableVariable: undefined }, ["guaranteeWeakens Handler"]],
  ["no dead-letter queue", { deadLetters: false }, ["deadLetterQueueRemoved Work"]],
])("%s", (_name, change, expected) => {
  const found = findings(BASE, { ...BASE, ...change });
  expect(found.map((each) => each.replace(/ (\w+)\/Shop.*$/, " $1/Shop:Orders"))).toEqual(expected);
});

test("a changed logical id is a replacement, and says how to keep it", () => {
  const { findings: found } = differenceOf(synthesised(BASE), synthesised({ ...BASE, queueId: "Jobs" }));
  const replaced = found.find(({ resource, kind }) => kind === "replaced" && resource === "Work");
  expect(replaced?.change).toMatch(/logical id changes from Work\w+ to Jobs\w+/);
  expect(replaced?.remedy).toContain("overrideLogicalId");
});

test("what is kept is not lost, but no longer used", () => {
  const kept: Version = { ...BASE, removalPolicy: RemovalPolicy.RETAIN };
  const { findings: found } = differenceOf(synthesised(kept), synthesised({ ...kept, queueName: "jobs" }));
  expect(found.map(({ consequence }) => consequence)).toEqual([
    "the old queue is kept but no longer used: what is in it stays there, unprocessed",
  ]);
});

test("the command prints what is lost, and exits with 1; else with 0", async () => {
  const lines: string[] = [];
  const terminal = { out: (line: string) => void lines.push(line), err: () => {} };
  const run = (after: Version) =>
    diff(folderOf(after), { against: folderOf(BASE), json: false }, { directory: "/", terminal });
  await expect(run({ ...BASE, queueName: "jobs" })).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining("1 finding"),
  });
  expect(lines.join("\n")).toMatch(/Shop\/Work.*the queue is replaced by a new one, because QueueName changes/);
  expect(lines.join("\n")).toContain("the messages in it, those in flight included, are lost");
  await run({ ...BASE, retention: Duration.days(14) });
  expect(lines.at(-1)).toMatch(/nothing is lost; 0 resources added, 1 changed, 0 removed/);
});

test("a stack that is not deployed yet loses nothing", () => {
  expect(differenceOf([], synthesised(BASE)).findings).toEqual([]);
});

test("an app without any construct of ours is drawn, too", () => {
  const { nodes, edges } = graphOf(synthesised(BASE));
  expect(nodes.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
    "handler Handler",
    "queue Work",
    "topic Orders",
  ]);
  expect(edges.map(({ label }) => label)).toEqual([["region: eu, us"], []]);
});
