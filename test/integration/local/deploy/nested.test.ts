import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startLocalRuntime } from "../../../../lib/local/index.ts";
import { getAtt, queue, type Resource, ref } from "../runtime/assembly.ts";

type Resources = Readonly<Record<string, Resource>>;

const folders: string[] = [];
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** An assembly of one stack, with the templates of nested ones as the CDK writes them: as assets. */
async function start(
  resources: Resources,
  nested: Readonly<Record<string, object>>,
  template: object = {},
  stacks?: readonly string[],
) {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-nested-"));
  folders.push(folder);
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  const files = Object.fromEntries(
    Object.entries(nested).map(([name, content]) => {
      write(`${name}.nested.template.json`, content);
      return [
        name,
        { source: { path: `${name}.nested.template.json` }, destinations: { d: { objectKey: `${name}.json` } } },
      ];
    }),
  );
  write("App.template.json", { ...template, Resources: resources });
  write("App.assets.json", { files });
  write("manifest.json", {
    artifacts: {
      "App.assets": { type: "cdk:asset-manifest", properties: { file: "App.assets.json" } },
      App: {
        type: "aws:cloudformation:stack",
        properties: { templateFile: "App.template.json" },
        dependencies: ["App.assets"],
      },
    },
  });
  const runtime = await startLocalRuntime({ assembly: folder, stacks });
  open.push(runtime);
  return runtime.deployment;
}

const stack = (name: string, Parameters: object = {}, more: Partial<Resource> = {}): Resource => ({
  Type: "AWS::CloudFormation::Stack",
  Properties: {
    Parameters,
    TemplateURL: {
      "Fn::Join": ["", ["https://s3.", ref("AWS::Region"), ".", ref("AWS::URLSuffix"), `/assets/${name}.json`]],
    },
  },
  ...more,
});

test("resources of nested stacks are made, with parameters from the parent and outputs back to it, over two levels", async () => {
  const deployment = await start(
    {
      Outer: stack("outer", { Dead: getAtt("Dead") }),
      Dead: queue(),
      Work: queue({ QueueName: { "Fn::Join": ["-", [getAtt("Outer", "Outputs.Name"), "next"]] } }),
    },
    {
      outer: {
        Parameters: { Dead: { Type: "String" } },
        Resources: { Inner: stack("inner", { Target: ref("Dead") }) },
        Outputs: { Name: { Value: getAtt("Inner", "Outputs.Name") } },
      },
      inner: {
        Parameters: { Target: { Type: "String" } },
        Resources: {
          Queue: queue({
            QueueName: "inner",
            RedrivePolicy: { deadLetterTargetArn: ref("Target"), maxReceiveCount: 3 },
          }),
        },
        Outputs: { Name: { Value: getAtt("Queue", "QueueName") } },
      },
    },
    { Outputs: { Last: { Value: getAtt("Work", "QueueName") } } },
    ["App"],
  );
  const inner = deployment.find("App-Outer-Inner/Queue");
  expect(inner.properties.object("RedrivePolicy")?.text("deadLetterTargetArn")).toBe(deployment.find("Dead").arn);
  expect(deployment.outputs).toEqual({ App: { Last: "inner-next" } });
  expect(deployment.leftOut).toEqual([]);
});

test("a nested stack waits for what its resource depends on, and is absent where its condition is false", async () => {
  const deployment = await start(
    { Off: stack("one", {}, { Condition: "Never" }), On: stack("one", {}, { DependsOn: "First" }), First: queue() },
    { one: { Resources: { Queue: queue() } } },
    { Conditions: { Never: { "Fn::Equals": ["a", "b"] } } },
  );
  expect(
    deployment
      .ofType("AWS::SQS::Queue")
      .map(({ stackName, logicalId }) => `${stackName}/${logicalId}`)
      .sort(),
  ).toEqual(["App-On/Queue", "App/First"]);
});

test("a nested stack with a template elsewhere is left out, and its outputs are placeholders", async () => {
  const deployment = await start(
    { Far: stack("elsewhere"), Work: queue({ Tags: [{ Key: "a", Value: getAtt("Far", "Outputs.VpcId") }] }) },
    {},
  );
  expect(deployment.leftOut).toMatchObject([
    { what: "Nested stacks whose template is not an asset of the app", names: ["App/Far"] },
  ]);
  expect(deployment.find("Work").properties.objects("Tags")[0]?.text("Value")).toMatch(/^vpc-[0-9a-f]{17}$/);
});
