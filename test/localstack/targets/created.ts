import type { Account, StackResource } from "../aws/account.ts";
import { deployStacks, destroyStacks, type StackOutputs } from "../cdk/cli.ts";
import { constructPaths, stacksOf } from "../cdk/stacks.ts";
import type { Clients } from "../suite/support/clients.ts";
import { emptyBucket } from "./empty-bucket.ts";
import type { Site } from "./target.ts";

/** What CloudFormation of a target has created from an assembly. */
export interface Created {
  /** Physical id by construct path; `undefined` for what is not in the stacks. */
  find(path: string): string | undefined;
  /** Empties all buckets: CloudFormation deletes none that holds objects. */
  emptyBuckets(clients: Clients): Promise<void>;
}

/**
 * Deploys an assembly with the CDK CLI. Where that fails, what has come into being of it is deleted again, and nothing is given.
 *
 * @param assembly what is deployed, which may be a part of the site's
 */
export async function create(
  { account, place, results }: Site,
  assembly: string,
): Promise<{ readonly outputs: StackOutputs; readonly created: Created } | undefined> {
  const outputs = await results.run("cdk deploy", () => deployStacks(place, assembly));
  const created =
    outputs === undefined
      ? undefined
      : await results.attempt("resources of the stacks", () => readCreated(account, assembly));
  if (outputs !== undefined && created !== undefined) {
    return { outputs, created };
  }
  await results.run("cdk destroy", () => destroyStacks(place, assembly));
  return undefined;
}

/** Asks CloudFormation what the stacks of an assembly consist of. */
async function readCreated(account: Account, assembly: string): Promise<Created> {
  const stacks = new Map<string, readonly StackResource[]>();
  for (const { name } of stacksOf(assembly)) {
    stacks.set(name, await account.stackResources(name));
  }
  const paths = constructPaths(assembly);
  return {
    find: (path) => {
      const address = paths.get(path);
      const resources = stacks.get(address?.stackName ?? "") ?? [];
      return resources.find(({ logicalId }) => logicalId === address?.logicalId)?.physicalId;
    },
    emptyBuckets: async ({ s3 }) => {
      const buckets = [...stacks.values()].flat().filter(({ type }) => type === "AWS::S3::Bucket");
      for (const { physicalId } of buckets) {
        await emptyBucket(s3, physicalId);
      }
    },
  };
}

/** A physical id that has to be there. */
export function required(path: string, physicalId: string | undefined): string {
  if (physicalId === undefined || physicalId === "") {
    throw new Error(`nothing has been created for ${path}`);
  }
  return physicalId;
}
