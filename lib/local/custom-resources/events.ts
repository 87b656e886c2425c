import type { Json, JsonObject } from "../../std/index.ts";

/** What CloudFormation asks of the function of a custom resource. */
export interface ResourceEvent {
  readonly requestType: "Create" | "Update" | "Delete";
  readonly resourceType: string;
  readonly logicalResourceId: string;
  readonly stackId: string;
  /** Of `Update` and `Delete`. */
  readonly physicalResourceId: string | undefined;
  readonly properties: JsonObject;
  /** Of `Update`. */
  readonly oldProperties: JsonObject | undefined;
}

/** The event as the function gets it. Source: CloudFormation User Guide, "Custom resource request types". */
export function toEvent(event: ResourceEvent, requestId: string, responseUrl: string): JsonObject {
  const { physicalResourceId, oldProperties } = event;
  const { ServiceToken = "" } = event.properties;
  return {
    RequestType: event.requestType,
    ServiceToken,
    ResponseURL: responseUrl,
    StackId: event.stackId,
    RequestId: requestId,
    LogicalResourceId: event.logicalResourceId,
    ResourceType: event.resourceType,
    ...(physicalResourceId === undefined ? {} : { PhysicalResourceId: physicalResourceId }),
    ResourceProperties: asTexts(event.properties),
    ...(oldProperties === undefined ? {} : { OldResourceProperties: asTexts(oldProperties) }),
  };
}

/** CloudFormation passes numbers and booleans on as strings. */
function asTexts(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(asTexts);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asTexts(inner)]));
  }
  return value === null ? null : String(value);
}
