import { Annotations, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { ENVIRONMENT, publisherVariables } from "../../../lib/names/index.ts";
import { refuseIf } from "../checks/index.ts";
import { crossEnvironmentRole, grantCrossEnvironmentPublishing } from "./cross-environment-publish.ts";
import { ENCRYPT_ACTIONS, grantEncrypt } from "./encryption.ts";
import { warnOfImmutableRole } from "./immutable-role.ts";
import { missingStatement, warnOfImportedPolicies } from "./imported-policy.ts";
import type { PublishTarget } from "./publish-target.ts";
import { setPublisherEnvironment } from "./publisher-environment.ts";
import { grantOnResource } from "./resource-grant.ts";
import { serviceConditions, servicesOf } from "./service-principals.ts";

/**
 * Grants what a publisher needs: publishing, using the key, and writing payloads under their prefix. If the grantee is a function
 * of this app, or a subscriber or work queue with one, the function also gets the environment variables that `createPublisher`
 * reads. A grantee without policies of its own (a service, account or organization, a role of another account) is allowed in the
 * policies of the topic or queue, the key and the bucket; a warning names what could not be granted.
 */
export function grantPublishing(scope: Construct, grantee: iam.IGrantable, to: PublishTarget): iam.Grant {
  refuseEverybody(scope, grantee);
  const names = publisherVariables(to.contractName);
  setPublisherEnvironment(scope, grantee, {
    targetVariable: names.target,
    arn: to.resource.arn,
    variables: {
      [names.target]: to.target,
      [names.maxMessageBytes]: String(to.maxMessageBytes),
      ...(to.payloads === undefined ? {} : { [names.payloadLocation]: to.payloads.location }),
      ...(to.metricsNamespace === undefined ? {} : { [ENVIRONMENT.metricsNamespace]: to.metricsNamespace }),
    },
  });
  if (grantee.grantPrincipal instanceof iam.UnknownPrincipal) {
    return iam.Grant.drop(grantee, "imported without its role");
  }
  const role = crossEnvironmentRole(scope, grantee);
  if (role !== undefined) {
    return grantCrossEnvironmentPublishing(scope, grantee, role, to);
  }
  const services = servicesOf(scope, grantee);
  const { grant: publish, incomplete } = grantOnResource({
    grantee,
    action: to.action,
    arn: to.resource.arn,
    resource: to.resource.policy,
    conditions: serviceConditions(scope, grantee, services),
  });
  // Services publish their own messages: they offload nothing.
  const payloads = services.length === 0 ? to.payloads : undefined;
  const grants = [publish, ...grantEncrypt(to.encryptionKey, grantee), ...(payloads?.grantWrite(grantee) ?? [])];
  warnOfImmutableRole(scope, grantee, grants);
  warnOfImportedPolicies(scope, "grantPublish", [
    ...missingStatement(to.encryptionKey, grantee, ENCRYPT_ACTIONS),
    ...(payloads?.missingForWrite(grantee) ?? []),
  ]);
  if (incomplete) {
    warnOfImportedPolicy(scope, grantee, to);
    return iam.Grant.drop(grantee, "the policy of the topic or queue is imported");
  }
  return grants.reduce((combined, grant) => combined.combine(grant));
}

/** Anybody in any account could publish. */
function refuseEverybody(scope: Construct, { grantPrincipal }: iam.IGrantable): void {
  if (grantPrincipal instanceof iam.UnknownPrincipal) {
    // A resource that was imported without its role.
    return;
  }
  const { principalJson, conditions } = grantPrincipal.policyFragment;
  const everybody = Object.values(principalJson).some((names) => names.includes("*"));
  refuseIf(scope, everybody && Object.keys(conditions).length === 0, {
    field: "grantPublish",
    message: "grantPublish to everybody would let any AWS account publish",
    remedy: "name an account, an organization, a role or a service, or give the principal conditions (withConditions)",
  });
}

function warnOfImportedPolicy(
  scope: Construct,
  grantee: iam.IGrantable,
  { action, resource, encryptionKey }: PublishTarget,
): void {
  const principal: unknown = Stack.of(scope).resolve(grantee.grantPrincipal.policyFragment.principalJson);
  const statement = { Effect: "Allow", Principal: principal, Action: action, Resource: resource.arn };
  const key = encryptionKey === undefined ? "" : "; its key must allow kms:Decrypt and kms:GenerateDataKey* too";
  Annotations.of(scope).addWarningV2(
    "fanfare:publishNotGranted",
    `grantPublish had no effect for ${JSON.stringify(principal)}: the policy of the topic or queue is imported and cannot be changed here. Add this statement to it: ${JSON.stringify(Stack.of(scope).resolve(statement))}${key}`,
  );
}
