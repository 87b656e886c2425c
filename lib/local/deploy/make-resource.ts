import { describeError } from "../common/index.ts";
import { meaningOf } from "./left-out.ts";
import { NAME_RULES, physicalName } from "./names.ts";
import { hasPlaceholder, placeholderReference } from "./placeholders/index.ts";
import type { ResourceRequest, ResourceResult, ResourceType } from "./resources/index.ts";
import { makeStandIns } from "./stand-ins.ts";

/** Errors of services about a queue, topic or bucket that is not there. What the app itself declares is made before. */
const NOT_THERE: ReadonlySet<string> = new Set([
  "QueueDoesNotExist",
  "NotFoundException",
  "NoSuchBucket",
  "ResourceNotFoundException",
]);

/**
 * Makes a resource. Where it names queues, topics and buckets of other apps, empty ones stand in for them. If that does not help, or their
 * names are not known, it is left out.
 */
export async function makeResource(resourceType: ResourceType, request: ResourceRequest): Promise<ResourceResult> {
  try {
    return await resourceType.deploy(request);
  } catch (error) {
    if (!(error instanceof Error && "$metadata" in error)) {
      throw error;
    }
    if (!request.isEmbedded || !(await makeStandIns(request))) {
      return leaveOutIfForeign(request, error);
    }
  }
  try {
    return await resourceType.deploy(request);
  } catch (error) {
    return leaveOutIfForeign(request, error);
  }
}

/** Leaves a resource out if a service said that something is not there, or refused a placeholder in its place. @throws every other error */
function leaveOutIfForeign(request: ResourceRequest, error: unknown): ResourceResult {
  if (!hasPlaceholder(request.properties.values) && !(error instanceof Error && NOT_THERE.has(error.name))) {
    throw error;
  }
  request.leaveOut(`${request.type} that refers to a resource outside of the app`, describeError(error));
  return placeholder(request);
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
