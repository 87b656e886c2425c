import { Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { differs, type Place } from "../places/index.ts";

/** Whether a grantee belongs to another account than a resource. */
export function isOfOtherAccount({ grantPrincipal }: iam.IGrantable, { account }: Place): boolean {
  return grantPrincipal.principalAccount !== undefined && differs(grantPrincipal.principalAccount, account);
}

/**
 * Grants the use of the key of a bucket in another account or Region. The role's own policy names the key, if it is imported by its
 * ARN, otherwise the keys of that account and Region as far as S3 uses them: CDK cannot refer to a key across environments.
 */
export function grantKeyElsewhere(
  { env, encryptionKey }: s3.IBucket,
  grantee: iam.IGrantable,
  ...actions: string[]
): iam.Grant[] {
  if (encryptionKey === undefined) {
    return [];
  }
  const { partition } = Stack.of(encryptionKey);
  const { account, region } = encryptionKey instanceof kms.Key ? encryptionKey.env : env;
  const named = !(encryptionKey instanceof kms.Key) && !Token.isUnresolved(encryptionKey.keyArn);
  const resourceArns = [named ? encryptionKey.keyArn : `arn:${partition}:kms:${region}:${account}:key/*`];
  return [iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions: viaS3(region) })];
}

/** The condition that a key is used by S3 in a Region only. Source: AWS KMS Developer Guide, "kms:ViaService". */
export function viaS3(region: string): Record<string, Record<string, string>> {
  return { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } };
}
