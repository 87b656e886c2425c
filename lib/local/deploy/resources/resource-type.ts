import type { Json } from "../../../std/index.ts";
import type { AwsClients } from "../../clients/index.ts";
import type { Place } from "../../common/index.ts";
import type { CustomResources } from "../../custom-resources/index.ts";
import type { Rule, Schedule } from "../../events/index.ts";
import type { AsyncConfiguration, FunctionConfiguration } from "../../lambda/index.ts";
import type { PipeConfiguration } from "../../pipes/index.ts";
import type { MappingConfiguration } from "../../pollers/index.ts";
import type { StreamMappingConfiguration } from "../../streams/index.ts";
import type { NameRule } from "../names.ts";
import type { PropertyReader } from "../properties.ts";

/** What a resource type is given to create, or update, one resource. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** `Stack/LogicalId (AWS::SQS::Queue)`, for messages. */
  readonly title: string;
  readonly place: Place;
  /** Resolved. */
  readonly properties: PropertyReader;
  /** The same resource as this runtime last deployed it, if it did. */
  readonly previous: PreviousResource | undefined;
  /** Where the local services listen. */
  readonly endpoint: string;
  /** Whether the services are this runtime's own, and not at an endpoint that the user gave. */
  readonly isEmbedded: boolean;
  /** Clients of the stack's own place. */
  readonly clients: AwsClients;
  /** Clients of another place: a topic of another region has to be asked there. */
  clientsOf(place: Place): AwsClients;
  /** The file or folder on this machine that an asset's S3 object would hold. */
  asset(objectKey: string): string | undefined;
  /** Whether the resource is a nested stack of the assembly, whose resources are deployed too. */
  readonly isNestedStack: boolean;
  /** Calls the functions of custom resources; undefined where their responses cannot be received. */
  readonly customResources: Pick<CustomResources, "run"> | undefined;
  /** Whether a custom resource can call the function with this ARN or name. */
  knowsFunction(reference: string): boolean;
  /** The folder with the content of a layer that this deployment has made, by the layer's ARN. */
  layerDirectory(layerVersionArn: string): string | undefined;
  /** The name in the template, or a deterministic one. */
  physicalName(nameProperty: string, rule: NameRule): string;
  /**
   * Tells the user what AWS would do and the local runtime does not: what, and what that means. Told once for all
   * resources that it concerns.
   */
  leaveOut(what: string, meaning: string): void;
}

/** What is left of a resource for the next deployment. */
export interface PreviousResource {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, Json>>;
  readonly properties: PropertyReader;
}

/** A resource that the template no longer declares. */
export interface RemovedResource extends PreviousResource {
  readonly type: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly treatment: "created" | "recorded" | "unsupported";
}

/** What a resource type made. */
export interface ResourceResult {
  /** The value of `Ref`. */
  readonly physicalId: string;
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, Json>>;
  readonly functionConfiguration?: FunctionConfiguration;
  readonly mapping?: MappingConfiguration;
  readonly streamMapping?: StreamMappingConfiguration;
  readonly asyncConfiguration?: AsyncConfiguration;
  readonly pipe?: PipeConfiguration;
  readonly rule?: Rule;
  readonly schedule?: Schedule;
  /** The resource could not be made: its attributes are placeholders. */
  readonly isPlaceholder?: true;
  /** The folder that is a layer's content. */
  readonly layerDirectory?: string;
}

/** One resource type, or a small family of them. */
export interface ResourceType {
  readonly types: readonly string[];
  /**
   * `created`: made through the AWS APIs, or run by this runtime. `recorded`: only gets a plausible id and ARN, because
   * nothing local depends on more.
   */
  readonly treatment: "created" | "recorded";
  deploy(request: ResourceRequest): Promise<ResourceResult>;
  /** Removes what {@link deploy} made, when the template no longer declares it. */
  remove?(
    resource: RemovedResource,
    clients: AwsClients,
    customResources: Pick<CustomResources, "run"> | undefined,
  ): Promise<void>;
}

/** `arn:aws:<service>:<region>:<account>:<rest>` */
export function arn(service: string, place: Place, rest: string): string {
  return `arn:aws:${service}:${place.region}:${place.accountId}:${rest}`;
}

/** Region, account and last part of an ARN. */
export function parseArn(value: string): { place: Place; name: string } {
  const [, , , region = "", accountId = "", ...rest] = value.split(":");
  return { place: { region, accountId }, name: rest.join(":") };
}
