import type { Json, JsonObject } from "../../std/index.ts";
import type { Api } from "../apis/index.ts";
import { LocalError, type Place } from "../common/index.ts";
import type { Rule, Schedule } from "../events/index.ts";
import type { AsyncConfiguration, FunctionConfiguration } from "../lambda/index.ts";
import type { PipeConfiguration } from "../pipes/index.ts";
import type { MappingConfiguration } from "../pollers/index.ts";
import type { StreamMappingConfiguration } from "../streams/index.ts";
import { type LeftOut, leftOutTexts } from "./left-out.ts";
import type { PropertyReader } from "./properties.ts";

/** One deployed resource. */
export interface DeployedResource {
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** The value of `Ref`: a queue's URL, a topic's ARN, a bucket's, table's or function's name. */
  readonly physicalId: string;
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** The resource's ARN, where its type has one. */
  readonly arn: string | undefined;
  /** Construct path, where the assembly has it: `MyStack/Orders/Queue/Resource`. */
  readonly path: string | undefined;
  /** `created` through the AWS APIs; `recorded` without effect; `unsupported`: left out, with placeholders for its values. */
  readonly treatment: "created" | "recorded" | "unsupported";
  /** `created`, `updated` or `unchanged`: what this deployment did. */
  readonly change: "created" | "updated" | "unchanged";
  readonly retained: boolean;
  readonly place: Place;
  readonly properties: PropertyReader;
}

/** A function that a template declares. */
export interface DeployedFunction {
  readonly resource: DeployedResource;
  readonly configuration: FunctionConfiguration;
  /** Serves a custom resource of the CDK: it is not called locally. */
  readonly internal: boolean;
}

/** An event source mapping that a template declares. */
export interface DeployedMapping {
  readonly resource: DeployedResource;
  readonly configuration: MappingConfiguration;
}

/** An event source mapping of a stream that a template declares. */
export interface DeployedStreamMapping {
  readonly resource: DeployedResource;
  readonly configuration: StreamMappingConfiguration;
}

/** What the templates of an assembly have become. */
export class Deployment {
  readonly resources: readonly DeployedResource[];
  readonly functions: readonly DeployedFunction[];
  readonly mappings: readonly DeployedMapping[];
  readonly streamMappings: readonly DeployedStreamMapping[];
  /** How functions are invoked asynchronously, where a template configures it. */
  readonly asyncConfigurations: readonly AsyncConfiguration[];
  /** Pipes from queues to event buses. */
  readonly pipes: readonly PipeConfiguration[];
  readonly rules: readonly Rule[];
  readonly schedules: readonly Schedule[];
  readonly apis: readonly Api[];
  /** By stack name, then by output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The `Metadata` of each stack's template. */
  readonly metadata: readonly JsonObject[];
  /** What the app has on AWS and not here, each thing once, with what that means. */
  readonly leftOut: readonly LeftOut[];
  /** The same as text, grouped: one line for each meaning. */
  readonly warnings: readonly string[];
  /** What an earlier deployment made and the templates no longer declare. */
  readonly obsolete: readonly DeployedResource[];

  constructor(parts: Omit<Deployment, "ofType" | "find" | "warnings">) {
    this.resources = parts.resources;
    this.functions = parts.functions;
    this.mappings = parts.mappings;
    this.streamMappings = parts.streamMappings;
    this.asyncConfigurations = parts.asyncConfigurations;
    this.pipes = parts.pipes;
    this.rules = parts.rules;
    this.schedules = parts.schedules;
    this.apis = parts.apis;
    this.outputs = parts.outputs;
    this.metadata = parts.metadata;
    this.leftOut = parts.leftOut;
    this.warnings = leftOutTexts(parts.leftOut);
    this.obsolete = parts.obsolete;
  }

  /** All resources of a type, for example `AWS::SQS::Queue`. */
  ofType(type: string): readonly DeployedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /**
   * Finds a resource by its logical id, by `Stack/LogicalId`, by its physical id, ARN or name, or by its construct path
   * (the end of the path is enough: `Orders/Billing/Queue`; a last `/Resource` may be left out).
   *
   * @param type only resources of this type.
   * @throws LocalError `NotFound` when there is none or more than one.
   */
  find(key: string, type?: string): DeployedResource {
    const candidates = type === undefined ? this.resources : this.ofType(type);
    for (const matches of MATCHERS) {
      const found = candidates.filter((resource) => matches(resource, key));
      const [only, ...others] = found;
      if (only !== undefined && others.length === 0) {
        return only;
      }
      if (only !== undefined) {
        const names = found.map(({ stackName, logicalId }) => `${stackName}/${logicalId}`).join(", ");
        throw new LocalError("NotFound", `${key} matches more than one resource: ${names}`, {
          remedy: "use Stack/LogicalId or a longer path",
        });
      }
    }
    const known = candidates.map(({ path, stackName, logicalId }) => path ?? `${stackName}/${logicalId}`);
    throw new LocalError(
      "NotFound",
      `there is no ${type ?? "resource"} ${key}; there are: ${known.join(", ") || "none"}`,
    );
  }
}

/** The sharpest first. */
const MATCHERS: readonly ((resource: DeployedResource, key: string) => boolean)[] = [
  ({ stackName, logicalId }, key) => `${stackName}/${logicalId}` === key,
  ({ logicalId }, key) => logicalId === key,
  ({ physicalId, arn, attributes }, key) =>
    [physicalId, arn, attributes.QueueName, attributes.TopicName].some((name) => name === key),
  ({ path }, key) => path !== undefined && trim(path) === trim(key),
  // Before what lies deeper: `Orders` is the topic, not the subscription of a function to it.
  ({ path }, key) => path !== undefined && trim(path).split("/").slice(1).join("/") === trim(key),
  ({ path }, key) => path !== undefined && trim(path).endsWith(`/${trim(key)}`),
];

function trim(path: string): string {
  return path.replace(/^\//, "").replace(/\/Resource$/, "");
}
