import { Stack } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { isObject, refuseIf, resolved } from "../checks/index.ts";

/** Conditions of a statement. */
type Conditions = Record<string, Record<string, unknown>>;

/**
 * Returns the names of the AWS services that a grantee is, also with conditions of its own or in a `CompositePrincipal`; none for others.
 *
 * @throws FanfareError `ConfigurationInvalid` for principals that need different conditions, but would share one statement
 */
export function servicesOf(scope: IConstruct, { grantPrincipal }: iam.IGrantable): readonly string[] {
  const principals = resolved(scope, grantPrincipal.policyFragment.principalJson);
  const { Service: names = [], ...others } = isObject(principals) ? principals : {};
  const services = [names].flat().map(String);
  const kinds = new Set([...Object.keys(others), ...services.map((name) => `service ${sendsNoAccount(name)}`)]);
  refuseIf(scope, services.length > 0 && kinds.size > 1, {
    field: "grantPublish",
    message: `grantPublish names ${services.join(", ")} together with principals that need other conditions: a service is admitted for this account only (aws:SourceAccount), which accounts, roles and EventBridge do not send`,
    remedy: "call grantPublish once for each of them",
  });
  return services;
}

/**
 * Returns the condition that keeps services from publishing for other accounts, unless the principal has conditions of its own.
 * EventBridge sends none of the values that a condition could test (EventBridge User Guide, "Using resource-based policies").
 */
export function serviceConditions(
  scope: IConstruct,
  { grantPrincipal }: iam.IGrantable,
  services: readonly string[],
): Conditions | undefined {
  const hasOwn = Object.keys(grantPrincipal.policyFragment.conditions).length > 0;
  return services.length === 0 || hasOwn || services.some(sendsNoAccount)
    ? undefined
    : { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } };
}

function sendsNoAccount(service: string): boolean {
  return service.startsWith("events.");
}
