import type { Account, StackResource } from "../aws/account.ts";
import { constructPaths, stacksOf } from "../cdk/stacks.ts";
import type { Clients } from "../suite/support/clients.ts";
import { emptyBucket } from "./empty-bucket.ts";

/** What CloudFormation of a target has created from an assembly. */
export interface Created {
  /** Physical id by construct path; `undefined` for what is not in the stacks. */
  find(path: string): string | undefined;
  /** Empties all buckets: CloudFormation deletes none that holds objects. */
  emptyBuckets(clients: Clients): Promise<void>;
}

/** Asks CloudFormation what the stacks of an assembly consist of. */
export async function readCreated(account: Account, assembly: string): Promise<Created> {
  const stacks = new Map<string, readonly StackResource[]>();
  for (const { name } of stacksOf(assembly)) stacks.set(name, await account.stackResources(name));
  const paths = constructPaths(assembly);
  return {
    find: (path) => {
      const address = paths.get(path);
      const resources = stacks.get(address?.stackName ?? "") ?? [];
      return resources.find(({ logicalId }) => logicalId === address?.logicalId)?.physicalId;
    },
    emptyBuckets: async ({ s3 }) => {
      const buckets = [...stacks.values()].flat().filter(({ type }) => type === "AWS::S3::Bucket");
      for (const { physicalId } of buckets) await emptyBucket(s3, physicalId);
    },
  };
}

/** A physical id that has to be there. */
export function required(path: string, physicalId: string | undefined): string {
  if (physicalId === undefined || physicalId === "") throw new Error(`nothing has been created for ${path}`);
  return physicalId;
}
