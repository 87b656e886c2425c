import { Annotations, Resource } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { differs, type Place } from "../places/index.ts";
import { jsonOf } from "./statements.ts";

/** A resource that has a resource policy: a key or a bucket. */
interface PolicyOwner extends IConstruct {
  readonly env: Place;
}

/**
 * Returns the statement that an imported policy needs for a grantee, whose own policy is not enough: a service, account or organization
 * has none, and across accounts both policies must allow. CDK reports such grants as successful.
 */
export function missingStatement(
  resource: PolicyOwner | undefined,
  { grantPrincipal }: iam.IGrantable,
  actions: string[],
  arn = "*",
): iam.PolicyStatement[] {
  if (resource === undefined || Resource.isOwnedResource(resource)) {
    return [];
  }
  const { principalAccount } = grantPrincipal;
  const isForeign = principalAccount !== undefined && differs(principalAccount, resource.env.account);
  const hasOwnPolicy = !(grantPrincipal instanceof iam.PrincipalBase);
  return hasOwnPolicy && !isForeign
    ? []
    : [new iam.PolicyStatement({ principals: [grantPrincipal], actions, resources: [arn] })];
}

/** What has a policy to which statements can be added: a topic, queue, key or bucket. */
interface WithPolicy {
  addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult;
}

/** Adds a statement to the policy of a resource, if there is one; returns it if the policy is imported and cannot be changed here. */
export function addToPolicy(resource: WithPolicy | undefined, statement: iam.PolicyStatement): iam.PolicyStatement[] {
  return resource === undefined || resource.addToResourcePolicy(statement).statementAdded ? [] : [statement];
}

/**
 * Warns of statements that imported topics, queues, keys and buckets need.
 *
 * @param what needs them: "grantPublish"
 */
export function warnOfImportedPolicies(scope: IConstruct, what: string, missing: readonly iam.PolicyStatement[]): void {
  if (missing.length > 0) {
    Annotations.of(scope).addWarningV2(
      "fanfare:policyImported",
      `${what} needs statements in policies that are imported and cannot be changed here. Add them where the topic, queue, key or bucket is defined: ${missing.map((each) => jsonOf(scope, each)).join(", ")}`,
    );
  }
}
