import { describeError } from "../common/index.ts";
import { meaningOf } from "./left-out.ts";
import { NAME_RULES, physicalName } from "./names.ts";
import { hasPlaceholder, placeholderReference } from "./placeholders/index.ts";
import type { ResourceRequest, ResourceResult, ResourceType } from "./resources/index.ts";

/** Errors of services about a queue, topic or bucket that is not there. What the app itself declares is made before. */
const NOT_THERE: ReadonlySet<string> = new Set([
  "QueueDoesNotExist",
  "NotFoundException",
  "NoSuchBucket",
  "ResourceNotFoundException",
]);

/**
 * Makes a resource. One that belongs to something outside of the app, which does not exist here, is left out: a service says that it is not
 * there, or refuses a placeholder in its place.
 */
export async function makeResource(resourceType: ResourceType, request: ResourceRequest): Promise<ResourceResult> {
  try {
    return await resourceType.deploy(request);
  } catch (error) {
    const isForeign = hasPlaceholder(request.properties.values) && error instanceof Error && "$metadata" in error;
    if (!isForeign && !(error instanceof Error && NOT_THERE.has(error.name))) {
      throw error;
    }
    request.leaveOut(`${request.type} that refers to a resource outside of the app`, describeError(error));
    return placeholder(request);
  }
}

/** Leaves out a resource whose type does not exist locally: it gets an id of the form that its type has. */
export function leaveOutResource(request: ResourceRequest): ResourceResult {
  request.leaveOut(request.type, meaningOf(request.type));
  return placeholder(request);
}

function placeholder({ type, place, stackName, logicalId }: ResourceRequest): ResourceResult {
  const name = physicalName(stackName, logicalId, NAME_RULES.other);
  return { physicalId: placeholderReference({ type, name, place }), attributes: {}, isPlaceholder: true };
}
