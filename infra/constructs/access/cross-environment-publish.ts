import * as iam from "aws-cdk-lib/aws-iam";
import { Construct, type IConstruct } from "constructs";
import { differs, placeOf, shareEnvironment } from "../places/index.ts";
import { grantCrossEnvironmentKey } from "./cross-environment-key.ts";
import { ENCRYPT_ACTIONS, SENDER_ACTIONS } from "./encryption.ts";
import { addToPolicy, warnOfImportedPolicies } from "./imported-policy.ts";
import type { PublishTarget } from "./publish-target.ts";
import { viaService } from "./statements.ts";

/** Returns the role of a grantee if this app creates it in another account or Region; one that CDK does not know counts as another. */
export function crossEnvironmentRole(scope: IConstruct, { grantPrincipal }: iam.IGrantable): IConstruct | undefined {
  return Construct.isConstruct(grantPrincipal) && !shareEnvironment(scope, grantPrincipal) ? grantPrincipal : undefined;
}

/**
 * Grants publishing to a role of this app in another account or Region. What the role may do is in its own policy. The policies here cannot
 * name a role that is created after them: across accounts they admit its account, whose roles need it in their own policies too.
 * A warning names the statements that imported policies need.
 */
export function grantCrossEnvironmentPublishing(
  scope: Construct,
  grantee: iam.IGrantable,
  role: IConstruct,
  { action, resource, encryptionKey, payloads }: PublishTarget,
): iam.Grant {
  const here = placeOf(scope);
  const { account } = placeOf(role);
  const service = action.startsWith("sns:") ? "sns" : "sqs";
  const grants = [
    iam.Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [resource.arn] }),
    ...grantCrossEnvironmentKey(encryptionKey, { service, env: here }, grantee, ...SENDER_ACTIONS),
    ...(payloads?.grantWrite(grantee) ?? []),
  ];
  if (differs(here.account, account)) {
    const principals = [new iam.AccountPrincipal(account)];
    const publish = new iam.PolicyStatement({ principals, actions: [action], resources: [resource.arn] });
    const encrypt = new iam.PolicyStatement({
      principals,
      actions: ENCRYPT_ACTIONS,
      resources: ["*"],
      conditions: viaService(service, here.region),
    });
    warnOfImportedPolicies(scope, "grantPublish", [
      ...addToPolicy(resource.policy, publish),
      ...addToPolicy(encryptionKey, encrypt),
      ...(payloads?.allowWrite(principals) ?? []),
    ]);
  }
  return grants.reduce((combined, grant) => combined.combine(grant));
}
