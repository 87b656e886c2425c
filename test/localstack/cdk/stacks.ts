import { join } from "node:path";
import { objectOf, readJson } from "./json.ts";

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** Id in the app, by which the CDK CLI knows it. */
  readonly id: string;
  readonly name: string;
  /** File of the template. */
  readonly templateFile: string;
}

/** Where a construct's resource is in the templates. */
export interface ResourceAddress {
  readonly stackName: string;
  readonly logicalId: string;
}

/** The stacks of a cloud assembly. */
export function stacksOf(assembly: string): readonly AssemblyStack[] {
  const artifacts = objectOf(readJson(join(assembly, "manifest.json")).artifacts);
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const { type, properties } = objectOf(artifact);
    if (type !== "aws:cloudformation:stack") {
      return [];
    }
    const { stackName, templateFile } = objectOf(properties);
    return [{ id, name: typeof stackName === "string" ? stackName : id, templateFile: String(templateFile) }];
  });
}

/** Construct paths of an assembly, without a last `/Resource`, and the resources that they mean. */
export function constructPaths(assembly: string): ReadonlyMap<string, ResourceAddress> {
  return new Map(
    stacksOf(assembly).flatMap(({ name: stackName, templateFile }) =>
      Object.entries(objectOf(readJson(join(assembly, templateFile)).Resources)).map(
        ([logicalId, resource]) =>
          [
            String(objectOf(objectOf(resource).Metadata)["aws:cdk:path"]).replace(/\/Resource$/, ""),
            { stackName, logicalId },
          ] as const,
      ),
    ),
  );
}
