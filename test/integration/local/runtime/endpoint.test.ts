import { afterEach, expect, test } from "vitest";
import { type LocalRuntime, startLocalRuntime } from "../../../../lib/local/index.ts";
import { type LocalServer, startServer } from "../../../../lib/local/server/index.ts";
import { mapping, nodeFunction, queue, ref, removeAssembly, writeAssembly } from "./assembly.ts";

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
        Mapping: mapping("Work", "Function"),
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
