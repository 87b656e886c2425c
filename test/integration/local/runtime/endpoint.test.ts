import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { type LocalRuntime, type LocalRuntimeOptions, startLocalRuntime } from "../../../../lib/local/index.ts";
import { type LocalServer, startServer } from "../../../../lib/local/server/index.ts";
import { FaultProxy } from "../../../chaos/proxy/index.ts";
import { freePort } from "../../../support/free-port.ts";
import { mapping, nodeFunction, queue, ref, removeAssembly, writeAssembly } from "./assembly.ts";
import { until } from "./harness.ts";

let server: LocalServer | undefined;
let runtime: LocalRuntime | undefined;
let directory: string | undefined;

afterEach(async () => {
  await runtime?.close();
  await server?.close();
  if (directory !== undefined) {
    removeAssembly(directory);
  }
  server = undefined;
  runtime = undefined;
});

const SENDER = `import { createHash } from "node:crypto";
export const handler = async () => [process.env.AWS_ENDPOINT_URL, process.env.AWS_ENDPOINT_URL_DYNAMODB];`;

function stacks(visibility: number) {
  return {
    App: {
      bundles: { code: SENDER },
      resources: {
        Work: queue({ QueueName: "work", VisibilityTimeout: visibility }),
        Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "topic" } },
        Function: nodeFunction("code"),
        // It returns what it sees, which is no response to a batch.
        Mapping: mapping("Work", "Function", { FunctionResponseTypes: [] }),
      },
    },
  };
}

test("an endpoint of someone else is used, keeps its state, and is not stopped", async () => {
  server = await startServer();
  const { endpoint } = server;
  for (const visibility of [5, 7]) {
    directory = writeAssembly(stacks(visibility));
    runtime = await startLocalRuntime({ assembly: directory, endpoint });
    expect(runtime.endpoint).toBe(endpoint);
    expect(runtime.dynamoDbEndpoint).toBe(endpoint);
    expect(await runtime.invoke("Function", {})).toMatchObject({ payload: [endpoint, endpoint] });
    await runtime.close();
    removeAssembly(directory);
  }
  const { Attributes } = server.engine.sqs.call(
    { region: "eu-central-1", accountId: "000000000000" },
    "GetQueueAttributes",
    { QueueUrl: `${endpoint}/000000000000/work`, AttributeNames: ["VisibilityTimeout"] },
  );
  expect(Attributes).toEqual({ VisibilityTimeout: "7" });
});

test("DynamoDB can be the embedded one beside an endpoint of someone else", async () => {
  server = await startServer();
  directory = writeAssembly(stacks(5));
  runtime = await startLocalRuntime({ assembly: directory, endpoint: server.endpoint, dynamoDbEndpoint: "embedded" });
  expect(runtime.dynamoDbEndpoint).not.toBe(server.endpoint);
  expect(await runtime.invoke("App/Function", {})).toMatchObject({
    payload: [server.endpoint, runtime.dynamoDbEndpoint],
  });
});

/** Handles one message with an embedded server. Returns the operations of SQS that this server answered over HTTP. */
async function handleOne(options: Partial<LocalRuntimeOptions>): Promise<ReadonlySet<string | undefined>> {
  const operations = new Set<string | undefined>();
  directory = writeAssembly(stacks(5));
  runtime = await startLocalRuntime({
    assembly: directory,
    onRequest: ({ service, operation }) => service === "sqs" && operations.add(operation),
    ...options,
  });
  const { endpoint, deployment } = runtime;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "eu-central-1", credentials, useQueueUrlAsEndpoint: false });
  onTestFinished(() => sqs.destroy());
  await sqs.send(new SendMessageCommand({ QueueUrl: deployment.find("Work").physicalId, MessageBody: "x" }));
  await until(() => runtime?.stats[0]?.succeeded === 1, "one message handled");
  return operations;
}

const OF_MAPPINGS = ["ReceiveMessage", "DeleteMessageBatch"];

test("mappings go through the client endpoint", async () => {
  const passed = new Set<string>();
  const proxy = new FaultProxy({
    plan: { next: () => undefined },
    onAnswered: ({ operation }) => passed.add(operation),
  });
  await proxy.start();
  onTestFinished(() => proxy.close());
  const port = await freePort();
  proxy.connect(`http://127.0.0.1:${port}`);
  const answered = await handleOne({ port, clientEndpoint: proxy.endpoint });
  expect([...answered]).toEqual(expect.arrayContaining(OF_MAPPINGS));
  expect([...passed]).toEqual(expect.arrayContaining(OF_MAPPINGS));
});

test("without a client endpoint mappings make no requests", async () => {
  const answered = await handleOne({});
  expect(answered).toContain("SendMessage");
  expect(OF_MAPPINGS.filter((operation) => answered.has(operation))).toEqual([]);
});

test("only the stacks that are asked for, and those that they need", async () => {
  directory = writeAssembly({
    Base: {
      resources: { Work: queue() },
      template: { Outputs: { Url: { Value: ref("Work"), Export: { Name: "url" } } } },
    },
    User: {
      dependencies: ["Base"],
      resources: { Work: queue({ Tags: [{ Key: "k", Value: { "Fn::ImportValue": "url" } }] }) },
    },
    Other: { resources: { Work: queue() } },
  });
  runtime = await startLocalRuntime({ assembly: directory, stacks: ["User"] });
  expect(runtime.deployment.resources.map(({ stackName }) => stackName)).toEqual(["Base", "User"]);
  await expect(startLocalRuntime({ assembly: directory, stacks: ["Nope"] })).rejects.toMatchObject({
    code: "NotFound",
    message: "the assembly has no stack Nope; it has: Base, User, Other",
  });
});

test("a function that cannot run here is a warning, and its queue is left alone", async () => {
  const { App } = stacks(5);
  directory = writeAssembly({
    App: { ...App, resources: { ...App.resources, Function: nodeFunction("code", { Runtime: "python3.13" }) } },
  });
  const warnings: string[] = [];
  runtime = await startLocalRuntime({
    assembly: directory,
    onEvent: (event) => warnings.push(event.type === "warning" ? event.message : event.type),
  });
  expect(warnings).toEqual([
    expect.stringMatching(/runtime python3\.13: they cannot run here; messages for them stay.*App\/Function/),
  ]);
  expect(runtime.stats).toEqual([]);
  await expect(runtime.invoke("Function", {})).rejects.toMatchObject({ code: "InvokeRefused" });
});
