import type { DeployedResource } from "../local/index.ts";

/** The name of a resource for people: its construct path without the stack and the trailing `Resource`. */
export function displayName(resource: Pick<DeployedResource, "path" | "logicalId" | "stackName">): string {
  const parts = (resource.path ?? resource.logicalId).replace(/\/Resource$/, "").split("/");
  return parts.length > 1 && parts[0] === resource.stackName ? parts.slice(1).join("/") : parts.join("/");
}
