import { afterEach, expect, test } from "vitest";
import { getAtt, nodeFunction, queue, type Resource, ref, type StackFixture, writeAssembly } from "./assembly.ts";
import { type Harness, start } from "./harness.ts";

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

/** Answers as most handlers do: with `https`, to port 443. */
const BY_HAND = `import https from "node:https";
export const handler = async (event) => {
  console.log(JSON.stringify(event));
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const { Value, Fail } = event.ResourceProperties;
  const body = JSON.stringify({
    Status: Fail ? "FAILED" : "SUCCESS", Reason: Fail,
    PhysicalResourceId: "made-" + Value, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
    Data: { Upper: String(Value).toUpperCase() },
  });
  await new Promise((resolve, reject) => {
    const request = https.request({ hostname, port: 443, path: pathname + search, method: "PUT", headers: { "content-length": body.length } }, resolve);
    request.on("error", reject);
    request.end(body);
  });
};`;

const custom = (properties: Readonly<Record<string, unknown>>, Type = "Custom::Thing"): Resource => ({
  Type,
  Properties: { ServiceToken: getAtt("Maker"), ...properties },
});

const app = (
  resources: Readonly<Record<string, Resource>>,
  more: Partial<StackFixture> = {},
): Readonly<Record<string, StackFixture>> => ({
  App: {
    bundles: { maker: BY_HAND },
    resources: { Maker: nodeFunction("maker", { Timeout: 5 }), ...resources },
    ...more,
  },
});

const requests = () =>
  (harness?.seen() ?? []).flatMap((line) => {
    const { RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties } = Object(line);
    return [[RequestType, PhysicalResourceId, ResourceProperties.Value, OldResourceProperties?.Value]];
  });

test("a custom resource is created, updated, replaced and deleted by the app's function", async () => {
  const work = queue({ Tags: [{ Key: "upper", Value: getAtt("Thing", "Upper") }] });
  harness = await start(app({ Thing: custom({ Value: "one", Count: 3, On: true, List: [1] }), Work: work }));
  expect(harness.runtime.deployment.find("Thing").physicalId).toBe("made-one");
  expect(harness.runtime.deployment.find("Work").properties.objects("Tags")[0]?.text("Value")).toBe("ONE");
  expect(harness.runtime.deployment.leftOut).toEqual([]);
  expect(harness.seen()).toEqual([
    {
      RequestType: "Create",
      ServiceToken: harness.runtime.deployment.find("Maker").arn,
      ResponseURL: expect.stringMatching(/^https:/),
      StackId: "App",
      RequestId: expect.any(String),
      LogicalResourceId: "Thing",
      ResourceType: "Custom::Thing",
      ResourceProperties: expect.objectContaining({ Value: "one", Count: "3", On: "true", List: ["1"] }),
    },
  ]);
  await harness.runtime.reload();
  expect(requests()).toHaveLength(1);
  writeAssembly(app({ Thing: custom({ Value: "two" }), Work: work }), harness.directory);
  await harness.runtime.reload();
  writeAssembly(app({ Work: queue() }), harness.directory);
  await harness.runtime.reload();
  expect(requests()).toEqual([
    ["Create", undefined, "one", undefined],
    ["Update", "made-one", "two", "one"],
    ["Delete", "made-one", "one", undefined],
    ["Delete", "made-two", "two", undefined],
  ]);
});

test("inline code answers with cfn-response and a callback", async () => {
  harness = await start(
    app(
      {
        Maker: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Runtime: "nodejs20.x",
            Handler: "index.handler",
            Timeout: 5,
            Code: {
              ZipFile: `const response = require("cfn-response");
                exports.handler = (event, context) => { response.send(event, context, response.SUCCESS, { Got: event.ResourceProperties.Value }, "own-id"); };`,
            },
          },
        },
        Thing: custom({ Value: "x" }, "AWS::CloudFormation::CustomResource"),
      },
      { template: { Outputs: { Got: { Value: getAtt("Thing", "Got") }, Id: { Value: ref("Thing") } } } },
    ),
  );
  expect(harness.runtime.deployment.outputs.App).toEqual({ Got: "x", Id: "own-id" });
});

test("the CDK's provider framework: the user's functions return the answer, and say when the resource is complete", async () => {
  const onEvent = `export const handler = async (event) => ({ PhysicalResourceId: "p-" + event.ResourceProperties.Value, Data: { First: "1" } });`;
  const isComplete =
    "let calls = 0; export const handler = async (event) => ({ IsComplete: ++calls > 1, ...(calls > 1 ? { Data: { Second: event.PhysicalResourceId + event.Data.First } } : {}) });";
  const framework = {
    USER_ON_EVENT_FUNCTION_ARN: getAtt("OnEvent"),
    USER_IS_COMPLETE_FUNCTION_ARN: getAtt("IsComplete"),
    WAITER_STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:waiter",
  };
  harness = await start(
    app(
      {
        OnEvent: nodeFunction("onEvent"),
        IsComplete: nodeFunction("isComplete"),
        Maker: nodeFunction("maker", { Environment: { Variables: framework } }),
        Thing: custom({ Value: "v" }),
      },
      {
        bundles: { maker: "throw new Error('the framework itself is not loaded');", onEvent, isComplete },
        template: {
          Outputs: { First: { Value: getAtt("Thing", "First") }, Second: { Value: getAtt("Thing", "Second") } },
        },
      },
    ),
  );
  expect(harness.runtime.deployment.outputs.App).toEqual({ First: "1", Second: "p-v1" });
});

test("a function that fails, answers with a failure or not at all leaves its resource out, and the app starts", async () => {
  harness = await start(
    app(
      {
        Thrower: nodeFunction("thrower"),
        Silent: nodeFunction("silent"),
        Failed: custom({ Value: "x", Fail: "no quota" }),
        Thrown: custom({ ServiceToken: getAtt("Thrower") }),
        Unanswered: custom({ ServiceToken: getAtt("Silent") }),
        Foreign: custom({ ServiceToken: "arn:aws:lambda:eu-central-1:000000000000:function:elsewhere" }),
        Work: queue({ Tags: [{ Key: "vpc", Value: getAtt("Failed", "VpcId") }] }),
      },
      {
        bundles: {
          maker: BY_HAND,
          thrower: "export const handler = async () => { throw new TypeError('broken'); };",
          silent: "export const handler = async () => {};",
        },
      },
    ),
  );
  expect(harness.runtime.deployment.leftOut.map(({ what, meaning, names }) => [what, meaning, names])).toEqual(
    [
      [
        "Custom resources whose function failed",
        "their attributes are placeholders: it has ended without a response to its ResponseURL",
        ["App/Unanswered"],
      ],
      ["Custom resources whose function failed", "their attributes are placeholders: no quota", ["App/Failed"]],
      [
        "Custom resources whose function failed",
        "their attributes are placeholders: TypeError: broken",
        ["App/Thrown"],
      ],
      ["Custom::Thing", "its function is not called; its attributes are placeholders", ["App/Foreign"]],
    ].sort(),
  );
  expect(harness.runtime.deployment.find("Work").properties.objects("Tags")[0]?.text("Value")).toMatch(/^vpc-/);
});

const SENDING = `(event, request) => new Promise((resolve, reject) => {
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const body = JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "made", StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId });
  const sent = request({ hostname, port: 443, path: pathname + search, method: "PUT", headers: { "content-length": body.length } }, resolve);
  sent.on("error", reject);
  sent.end(body);
})`;

test.each([
  [
    "a named import",
    `import { request } from "https"; const send = ${SENDING}; export const handler = (event) => send(event, request);`,
  ],
  [
    "a module that is required when it is needed",
    `import { createRequire } from "node:module"; const send = ${SENDING};
     export const handler = (event) => send(event, createRequire(import.meta.url)("https").request);`,
  ],
  [
    "a function taken from a required module",
    `import { createRequire } from "node:module"; const { request } = createRequire(import.meta.url)("node:https"); const send = ${SENDING};
     export const handler = (event) => send(event, request);`,
  ],
  [
    "an import in the handler",
    `const send = ${SENDING}; export const handler = async (event) => send(event, (await import("https")).request);`,
  ],
])("a response is sent by %s", async (_, source) => {
  harness = await start(app({ Thing: custom({ Value: "one" }) }, { bundles: { maker: source } }));
  expect(harness.runtime.deployment.find("Thing").physicalId).toBe("made");
});
