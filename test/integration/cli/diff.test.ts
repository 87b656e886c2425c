import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DiffOptions, diff } from "../../../lib/cli/diff/index.ts";
import { writeAssembly } from "../local/runtime/assembly.ts";
import { type Answers, Beside } from "../ops/beside.ts";
import { Shop, shopStack } from "../ops/shop.ts";

let shop: Shop;
let beside: Beside;
let directory: string;
let out: string[] = [];
/** Templates of stacks that are deployed, by name or ARN. */
const deployed = new Map<
  string,
  { readonly template: object; readonly parameters?: Readonly<Record<string, string>> }
>();
/** Physical ids of their resources. */
const physical = new Map<string, string>();
let denied = false;

const xml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const failed = (status: number, code: string, message: string) => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

/** CloudFormation, of which the local runtime has no API. */
const cloudFormation: Answers = (_, __, text) => {
  const query = new URLSearchParams(text);
  const action = query.get("Action") ?? "";
  if (!["GetTemplate", "DescribeStacks", "DescribeStackResource"].includes(action)) {
    return undefined;
  }
  const name = query.get("StackName") ?? "";
  const stack = deployed.get(name);
  if (denied) {
    return failed(403, "AccessDenied", "not allowed");
  }
  if (stack === undefined) {
    return failed(400, "ValidationError", `Stack with id ${name} does not exist`);
  }
  const result = (content: string) => ({
    status: 200,
    body: `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`,
  });
  switch (action) {
    case "GetTemplate":
      return result(`<TemplateBody>${xml(JSON.stringify(stack.template))}</TemplateBody>`);
    case "DescribeStacks": {
      const parameters = Object.entries(stack.parameters ?? {}).map(
        ([key, value]) =>
          `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
      );
      return result(
        `<Stacks><member><StackName>${name}</StackName><Parameters>${parameters.join("")}</Parameters></member></Stacks>`,
      );
    }
    default: {
      const id = physical.get(`${name} ${query.get("LogicalResourceId")}`);
      return id === undefined
        ? failed(400, "ValidationError", "Resource does not exist")
        : result(`<StackResourceDetail><PhysicalResourceId>${id}</PhysicalResourceId></StackResourceDetail>`);
    }
  }
};

beforeAll(async () => {
  shop = await Shop.start({ polled: false });
  beside = await Beside.start(shop.runtime.endpoint, cloudFormation);
  directory = mkdtempSync(join(tmpdir(), "fanfare-diff-"));
});

afterAll(async () => {
  await beside[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  out = [];
  deployed.clear();
  physical.clear();
  denied = false;
});

async function compare(assembly: string, options: Partial<DiffOptions> = {}): Promise<void> {
  const terminal = { out: (line: string) => void out.push(line), err: () => {} };
  await diff(assembly, { json: false, endpointUrl: beside.endpoint, ...options }, { directory, terminal });
}

const templateOf = async (changed: Readonly<Record<string, object>> = {}) => {
  const { resources } = await shopStack(directory, { polled: false });
  return {
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, resource]) => [
        id,
        { ...resource, Properties: { ...resource.Properties, ...changed[id] } },
      ]),
    ),
  };
};

async function assemblyOf(name: string): Promise<string> {
  mkdirSync(join(directory, name));
  writeAssembly({ Shop: await shopStack(directory, { polled: false }) }, join(directory, name));
  return name;
}

describe("fanfare diff against what is deployed", () => {
  test("finds nothing in what is the same, and nothing where nothing is deployed", async () => {
    const assembly = await assemblyOf("same");
    await compare(assembly);
    expect(out.join("\n")).toMatch(/nothing is lost; \d+ resources added/);
    deployed.set("Shop", { template: await templateOf() });
    await compare(assembly);
    expect(out.at(-1)).toMatch(/nothing is lost; 0 resources added, 0 changed, 0 removed/);
  });

  test("says how much is in a queue that would be replaced", async () => {
    const assembly = await assemblyOf("renamed");
    deployed.set("Shop", { template: await templateOf({ Dead: { QueueName: "old-dlq" } }) });
    physical.set("Shop Dead", shop.url("Dead"));
    await shop.send("Dead", ["1", "2", "3"]);
    await expect(compare(assembly)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("1 finding"),
    });
    expect(out.join("\n")).toMatch(/Shop\/Dead.*is replaced by a new one, because QueueName changes/);
    expect(out.join("\n")).toContain("(about 3 messages)");
    out = [];
    await expect(compare(assembly, { json: true })).rejects.toMatchObject({ exitCode: 1 });
    expect(JSON.parse(out.join("\n")).findings).toMatchObject([{ kind: "replaced", content: "about 3 messages" }]);
  });

  test("tells the rest where nobody may count", async () => {
    const assembly = await assemblyOf("uncounted");
    deployed.set("Shop", { template: await templateOf({ Work: { QueueName: "old" } }) });
    await expect(compare(assembly)).rejects.toMatchObject({ exitCode: 1 });
    expect(out.join("\n")).not.toContain("about");
  });

  test("exits with 3 where CloudFormation may not be read, and says what is needed", async () => {
    denied = true;
    await expect(compare(await assemblyOf("denied"))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("cloudformation:GetTemplate"),
    });
  });

  test("looks into nested stacks, by the ids that CloudFormation gave them, and keeps the values of parameters", async () => {
    const folder = join(directory, "nested");
    const queue = (Default: string) => ({
      Parameters: { Days: { Type: "Number", Default } },
      Resources: {
        Inner: { Type: "AWS::SQS::Queue", Properties: { QueueName: "inner", MessageRetentionPeriod: { Ref: "Days" } } },
      },
    });
    mkdirSync(folder);
    const parent = {
      Resources: {
        Part: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "https://s3/assets/inner.json" } },
      },
    };
    writeFileSync(join(folder, "Shop.template.json"), JSON.stringify(parent));
    writeFileSync(join(folder, "inner.json"), JSON.stringify(queue("86400")));
    const assets = {
      files: { inner: { source: { path: "inner.json" }, destinations: { here: { objectKey: "inner.json" } } } },
    };
    writeFileSync(join(folder, "Shop.assets.json"), JSON.stringify(assets));
    writeFileSync(
      join(folder, "manifest.json"),
      JSON.stringify({
        version: "48.0.0",
        artifacts: {
          "Shop.assets": { type: "cdk:asset-manifest", properties: { file: "Shop.assets.json" } },
          Shop: {
            type: "aws:cloudformation:stack",
            properties: { templateFile: "Shop.template.json" },
            dependencies: ["Shop.assets"],
          },
        },
      }),
    );
    deployed.set("Shop", { template: parent });
    physical.set("Shop Part", "arn:inner");
    // Its default was changed, but a deployment keeps the value.
    deployed.set("arn:inner", { template: queue("604800"), parameters: { Days: "604800" } });
    await compare("nested");
    const renamed = queue("604800");
    deployed.set("arn:inner", {
      template: { ...renamed, Resources: { Inner: { Type: "AWS::SQS::Queue", Properties: { QueueName: "old" } } } },
    });
    for (const stack of [undefined, ["Shop"]]) {
      out = [];
      await expect(compare("nested", { stack })).rejects.toMatchObject({ exitCode: 1 });
      expect(out.join("\n")).toMatch(/Shop-Part\/Inner.*QueueName changes/);
    }
  });
});
