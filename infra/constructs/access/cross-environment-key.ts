import { Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import type { Place } from "../places/index.ts";
import { viaService } from "./statements.ts";

/** A service that uses a key of another account or Region for a caller. */
export interface KeyUser {
  readonly service: "s3" | "sns" | "sqs";
  /** Where the topic, queue or bucket is that the key encrypts. */
  readonly env: Place;
}

/**
 * Grants the use of a key in another account or Region. The role's own policy names the key, if it is imported by its ARN, otherwise the
 * keys of that account and Region as far as the service uses them: CDK cannot refer to a key across environments.
 */
export function grantCrossEnvironmentKey(
  key: kms.IKey | undefined,
  { service, env }: KeyUser,
  grantee: iam.IGrantable,
  ...actions: string[]
): iam.Grant[] {
  if (key === undefined) {
    return [];
  }
  const { account, region } = key instanceof kms.Key ? key.env : env;
  const named = !(key instanceof kms.Key) && !Token.isUnresolved(key.keyArn) && !key.keyArn.includes(":alias/");
  const resourceArns = [named ? key.keyArn : `arn:${Stack.of(key).partition}:kms:${region}:${account}:key/*`];
  return [iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions: viaService(service, region) })];
}
