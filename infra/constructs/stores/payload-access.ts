import { Resource } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { Construct, type IConstruct } from "constructs";
import { addToPolicy, viaService } from "../access/index.ts";
import { differs, isElsewhere, type Place, placeOf, shareEnvironment } from "../places/index.ts";

/** Whether the own policy of a role must allow the use of a bucket and its key, because they belong to another account or Region. */
export function isCrossEnvironment(grantee: iam.IGrantable, bucket: s3.IBucket, scope: IConstruct): boolean {
  const role = roleOf(grantee);
  const isCrossEnvironmentRole =
    role !== undefined && (isElsewhere(bucket.env, placeOf(role)) || !shareEnvironment(role, scope));
  return isCrossEnvironmentRole || (!Resource.isOwnedResource(bucket) && isOfOtherAccount(grantee, bucket.env));
}

function isOfOtherAccount({ grantPrincipal }: iam.IGrantable, { account }: Place): boolean {
  return grantPrincipal.principalAccount !== undefined && differs(grantPrincipal.principalAccount, account);
}

/** Returns the construct of the role that a grantee acts with. */
export function roleOf({ grantPrincipal }: iam.IGrantable): IConstruct | undefined {
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal : undefined;
}

/** What accounts may do with the payloads of a bucket. */
export interface PayloadUse {
  /** Actions by the ARN that they are for. */
  readonly actions: readonly { readonly action: string; readonly arn: string }[];
  /** What they may do with the key, as far as S3 does it for them. */
  readonly keyActions: string[];
}

/**
 * Allows accounts, or an organization, to use payloads, in the policies of bucket and key.
 *
 * @returns the statements that could not be added because a policy is imported
 */
export function allowInPolicies(
  bucket: s3.IBucket,
  principals: readonly iam.IPrincipal[],
  { actions, keyActions }: PayloadUse,
): iam.PolicyStatement[] {
  const ofBucket = actions.map(
    ({ action, arn }) => new iam.PolicyStatement({ principals: [...principals], actions: [action], resources: [arn] }),
  );
  const ofKey = new iam.PolicyStatement({
    principals: [...principals],
    actions: keyActions,
    resources: ["*"],
    conditions: viaService("s3", bucket.env.region),
  });
  return [...ofBucket.flatMap((each) => addToPolicy(bucket, each)), ...addToPolicy(bucket.encryptionKey, ofKey)];
}
