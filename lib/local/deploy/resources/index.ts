import { apiPart, apiStage, httpApi, restApi } from "./api-gateway.ts";
import { bucket, bucketPolicy } from "./bucket.ts";
import { bucketNotifications } from "./bucket-notifications.ts";
import { crossRegionReferences } from "./cross-region.ts";
import { customResource, isCustom } from "./custom-resource.ts";
import { eventBus, eventRule, schedule } from "./event-rule.ts";
import { eventSourceMapping } from "./event-source-mapping.ts";
import { eventInvokeConfig, lambdaFunction, lambdaVersion, layerVersion } from "./function.ts";
import { functionUrl } from "./function-url.ts";
import { pipe } from "./pipe.ts";
import { queue } from "./queue.ts";
import { queuePolicy } from "./queue-policy.ts";
import { recorded } from "./recorded.ts";
import type { ResourceType } from "./resource-type.ts";
import { subscription } from "./subscription.ts";
import { table } from "./table.ts";
import { topic, topicPolicy } from "./topic.ts";

export { EXPORT_WRITER } from "./cross-region.ts";
export { isCustom } from "./custom-resource.ts";
export { parseArn, type ResourceRequest, type ResourceResult, type ResourceType } from "./resource-type.ts";

/** All resource types that the deployer knows. Anything else is recorded with a warning. */
const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    queue,
    queuePolicy,
    topic,
    topicPolicy,
    subscription,
    bucket,
    bucketPolicy,
    bucketNotifications,
    table,
    lambdaFunction,
    lambdaVersion,
    eventInvokeConfig,
    layerVersion,
    functionUrl,
    eventSourceMapping,
    eventBus,
    eventRule,
    schedule,
    pipe,
    restApi,
    httpApi,
    apiStage,
    apiPart,
    customResource,
    ...crossRegionReferences,
    ...recorded,
  ].flatMap((resourceType) => resourceType.types.map((type): [string, ResourceType] => [type, resourceType])),
);

/** The type of a resource; undefined for one that does not exist locally. */
export function resourceTypeOf(type: string, serviceToken: string): ResourceType | undefined {
  return RESOURCE_TYPES.get(type) ?? (isCustom(type, serviceToken) ? customResource : undefined);
}
