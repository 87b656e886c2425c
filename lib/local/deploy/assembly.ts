import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isJsonObject, type JsonObject, objectOf } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import { readTemplate, type Template } from "./template.ts";

/** The type of a nested stack in its parent. */
export const NESTED_STACK = "AWS::CloudFormation::Stack";

/** One stack of a cloud assembly. */
export interface AssemblyStack {
  /** The artifact's id: unique in the assembly. */
  readonly id: string;
  /** The name that CloudFormation would give the stack. */
  readonly name: string;
  /** Undefined where the app left it to the deployment. */
  readonly region: string | undefined;
  readonly accountId: string | undefined;
  readonly template: Template;
  /** Files on this machine by the key of the S3 object that would hold them: bundles of functions. */
  readonly assets: ReadonlyMap<string, string>;
  /** Ids of the stacks that have to be deployed before. */
  readonly dependencies: readonly string[];
  /** Construct paths by logical id, where the assembly has them. */
  readonly paths: ReadonlyMap<string, string>;
  /** Of a nested stack: where its parent declares it. */
  readonly nestedIn: NestedIn | undefined;
}

/** The resource of type `AWS::CloudFormation::Stack` that a nested stack stands for. */
export interface NestedIn {
  readonly parentId: string;
  readonly logicalId: string;
  /** Values of the nested template's parameters, unresolved, in terms of the parent's template. */
  readonly parameters: JsonObject;
  readonly dependsOn: readonly string[];
}

/**
 * Reads a cloud assembly (`cdk.out`), with the assemblies of its stages. Source: the schema
 * `cloud-assembly-schema` of the AWS CDK.
 *
 * @param directory the folder with `manifest.json`.
 * @param rebuilt folders that take the place of assets, by their names.
 * @throws LocalError `AssemblyInvalid` when a file is missing or cannot be read.
 */
export function readAssembly(directory: string, rebuilt: ReadonlyMap<string, string> = new Map()): AssemblyStack[] {
  return readStacks(directory).map((stack) => ({
    ...stack,
    assets: new Map([...stack.assets].map(([key, path]) => [key, rebuilt.get(basename(path)) ?? path])),
  }));
}

function readStacks(directory: string): AssemblyStack[] {
  const root = resolve(directory);
  const manifest = readJson(join(root, "manifest.json"), "run `cdk synth` first, or pass the folder that it writes to");
  const artifacts = objectOf(manifest.artifacts);
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (!isJsonObject(artifact)) {
      return [];
    }
    const properties = objectOf(artifact.properties);
    switch (artifact.type) {
      case "aws:cloudformation:stack":
        return readStack(root, id, artifact, artifacts);
      case "cdk:cloud-assembly":
        return typeof properties.directoryName === "string" ? readStacks(join(root, properties.directoryName)) : [];
      default:
        return [];
    }
  });
}

function readStack(root: string, id: string, artifact: JsonObject, artifacts: JsonObject): AssemblyStack[] {
  const properties = objectOf(artifact.properties);
  const { templateFile, stackName } = properties;
  if (typeof templateFile !== "string") {
    throw new LocalError("AssemblyInvalid", `the stack ${id} in ${root} has no template file`);
  }
  const name = typeof stackName === "string" ? stackName : id;
  const dependencies = (Array.isArray(artifact.dependencies) ? artifact.dependencies : []).filter(
    (item) => typeof item === "string",
  );
  const typeOf = (dependency: string): unknown => objectOf(artifacts[dependency]).type;
  const assets = dependencies
    .filter((dependency) => typeOf(dependency) === "cdk:asset-manifest")
    .flatMap((dependency) => {
      const { file } = objectOf(objectOf(artifacts[dependency]).properties);
      return typeof file === "string" ? readAssets(root, file) : [];
    });
  const stack: AssemblyStack = {
    id,
    name,
    ...readEnvironment(artifact.environment),
    template: readTemplate(readJson(join(root, templateFile)), name),
    assets: new Map(assets),
    dependencies: dependencies.filter((dependency) => typeOf(dependency) === "aws:cloudformation:stack"),
    paths: readPaths(root, artifact),
    nestedIn: undefined,
  };
  return [stack, ...readNested(stack)];
}

/** The nested stacks of a stack whose templates are assets, and those that are nested in them. */
function readNested(parent: AssemblyStack): AssemblyStack[] {
  return [...parent.template.resources].flatMap(([logicalId, { type, properties, dependsOn }]) => {
    const url = JSON.stringify(properties.TemplateURL ?? "");
    const [, file] = [...parent.assets].find(([objectKey]) => url.includes(`/${objectKey}"`)) ?? [];
    if (type !== NESTED_STACK || file === undefined) {
      return [];
    }
    const name = `${parent.name}-${logicalId}`;
    const nested: AssemblyStack = {
      ...parent,
      id: `${parent.id}/${logicalId}`,
      name,
      template: readTemplate(readJson(file), name),
      nestedIn: { parentId: parent.id, logicalId, parameters: objectOf(properties.Parameters), dependsOn },
    };
    return [nested, ...readNested(nested)];
  });
}

/** `aws://123456789012/eu-central-1`, with `unknown-account` and `unknown-region` for what the app left open. */
function readEnvironment(environment: unknown): { region: string | undefined; accountId: string | undefined } {
  const match = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(typeof environment === "string" ? environment : "");
  const known = (value: string | undefined): string | undefined => (value?.startsWith("unknown-") ? undefined : value);
  return { accountId: known(match?.[1]), region: known(match?.[2]) };
}

function readAssets(root: string, file: string): [string, string][] {
  const files = objectOf(readJson(join(root, file)).files);
  return Object.values(files).flatMap((asset) => {
    const { source, destinations } = objectOf(asset);
    const { path } = objectOf(source);
    if (typeof path !== "string") {
      return [];
    }
    return Object.values(objectOf(destinations)).flatMap((destination): [string, string][] => {
      const { objectKey } = objectOf(destination);
      return typeof objectKey === "string" ? [[objectKey, resolve(root, path)]] : [];
    });
  });
}

/** The CDK writes each resource's logical id under its construct path, in the manifest or in a file beside it. */
function readPaths(root: string, artifact: JsonObject): Map<string, string> {
  const { additionalMetadataFile } = artifact;
  const metadata = {
    ...objectOf(artifact.metadata),
    ...(typeof additionalMetadataFile === "string" ? readJson(join(root, additionalMetadataFile)) : {}),
  };
  const paths = new Map<string, string>();
  for (const [path, entries] of Object.entries(metadata)) {
    for (const entry of Array.isArray(entries) ? entries : []) {
      const { type, data } = objectOf(entry);
      if (type === "aws:cdk:logicalId" && typeof data === "string") {
        paths.set(data, path.replace(/^\//, ""));
      }
    }
  }
  return paths;
}

function readJson(path: string, remedy?: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new LocalError("AssemblyInvalid", `cannot read ${path}`, {
      cause,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  if (!isJsonObject(parsed)) {
    throw new LocalError("AssemblyInvalid", `${path} does not hold a JSON object`);
  }
  return parsed;
}
