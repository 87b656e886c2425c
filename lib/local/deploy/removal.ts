import type { ClientPool } from "../clients/index.ts";
import { describeError } from "../common/index.ts";
import type { CustomResources } from "../custom-resources/index.ts";
import type { DeployedResource } from "./deployment.ts";
import { resourceTypeOf } from "./resources/index.ts";

/** What uses others goes first. Types that are not named here need no order. */
const REMOVAL_ORDER = [
  "AWS::SNS::Subscription",
  "Custom::S3BucketNotifications",
  "AWS::SQS::QueuePolicy",
  "AWS::SNS::Topic",
  "AWS::SQS::Queue",
  "AWS::S3::Bucket",
  "AWS::DynamoDB::Table",
  "AWS::DynamoDB::GlobalTable",
];

/**
 * Removes resources that the templates no longer declare, except those with the deletion policy Retain. Returns a warning for
 * each that could not be removed, and continues with the others.
 */
export async function removeObsolete(
  resources: readonly DeployedResource[],
  pool: ClientPool,
  customResources: CustomResources | undefined,
): Promise<string[]> {
  const warnings: string[] = [];
  const ordered = resources
    .filter(({ retained }) => !retained)
    .sort((left, right) => REMOVAL_ORDER.indexOf(left.type) - REMOVAL_ORDER.indexOf(right.type));
  for (const resource of ordered) {
    try {
      const serviceToken = resource.properties.text("ServiceToken") ?? "";
      await resourceTypeOf(resource.type, serviceToken)?.remove?.(resource, pool.for(resource.place), customResources);
    } catch (error) {
      const { stackName, logicalId, type } = resource;
      warnings.push(`${stackName}/${logicalId} (${type}) could not be removed: ${describeError(error)}`);
    }
  }
  return warnings;
}
