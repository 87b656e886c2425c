import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeAssembly, cutAssembly } from "../../localstack/cdk/assembly.ts";
import { constructPaths, stacksOf } from "../../localstack/cdk/stacks.ts";

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const write = (name: string, value: unknown) => writeFileSync(at("source", name), JSON.stringify(value));
const read = (...names: string[]) => JSON.parse(readFileSync(at(...names), "utf8"));

/** Two stacks, each with a queue and a function that is told the queue's URL. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-assembly-"));
  const names = ["One", "Two"];
  mkdirSync(at("source"));
  write("manifest.json", {
    artifacts: {
      ...Object.fromEntries(
        names.map((name) => [
          name,
          {
            type: "aws:cloudformation:stack",
            properties: {
              templateFile: `${name}.template.json`,
              stackName: `Prefix${name}`,
              url: `s3://b/${name}-hash.json`,
            },
          },
        ]),
      ),
      Tree: { type: "cdk:tree" },
    },
  });
  for (const name of names) {
    write(`${name}.assets.json`, { files: { [`${name}-hash`]: { source: { path: `${name}.template.json` } } } });
    write(`${name}.template.json`, {
      Resources: {
        Queue: { Type: "AWS::SQS::Queue", Metadata: { "aws:cdk:path": `${name}/Orders/Queue/Resource` } },
        Function: {
          Type: "AWS::Lambda::Function",
          Properties: { Url: { Ref: "Queue" } },
          Metadata: { "aws:cdk:path": `${name}/Orders/Function/Resource` },
        },
      },
    });
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("an assembly of several stacks", () => {
  it("is read with the names of its stacks and the paths of its constructs", () => {
    expect(stacksOf(at("source")).map(({ id, name }) => [id, name])).toEqual([
      ["One", "PrefixOne"],
      ["Two", "PrefixTwo"],
    ]);
    const paths = constructPaths(at("source"));
    expect(paths.get("Two/Orders/Queue")).toEqual({ stackName: "PrefixTwo", logicalId: "Queue" });
    expect(paths.size).toBe(4);
  });

  it("is cut stack by stack, and each local half gets the outputs of its own stack", () => {
    const halves = cutAssembly(at("source"), at("deployed"), new Set(["AWS::Lambda::Function"]));
    expect(halves.left.map(({ logicalId }) => logicalId)).toEqual(["Function", "Function"]);
    halves.writeLocal(at("local"), {
      PrefixOne: { LocalQueue: "https://one" },
      PrefixTwo: { LocalQueue: "https://two" },
    });
    for (const [name, url] of [
      ["One", "https://one"],
      ["Two", "https://two"],
    ] as const) {
      expect(Object.keys(read("deployed", `${name}.template.json`).Resources)).toEqual(["Queue"]);
      expect(read("deployed", `${name}.template.json`).Outputs).toEqual({ LocalQueue: { Value: { Ref: "Queue" } } });
      expect(read("local", `${name}.template.json`).Resources.Function.Properties).toEqual({ Url: url });
    }
  });

  it("names each template by its new content, as the CDK CLI expects of an asset", () => {
    changeAssembly(at("source"), at("changed"), (template) => ({ ...template, Description: "changed" }));
    const manifest = read("changed", "manifest.json");
    for (const name of ["One", "Two"]) {
      const template = read("changed", `${name}.template.json`);
      expect(template.Description).toBe("changed");
      const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex");
      expect(Object.keys(read("changed", `${name}.assets.json`).files)).toEqual([hash]);
      expect(manifest.artifacts[name].properties.url).toBe(`s3://b/${hash}.json`);
    }
    expect(read("source", "One.template.json").Description).toBeUndefined();
  });
});
