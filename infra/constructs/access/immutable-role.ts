import { Annotations, Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct, type IConstruct } from "constructs";

/**
 * Warns if grants to an immutable role had no effect, and names the statements that are missing. CDK reports such grants as
 * successful. A role is immutable if it was imported with `mutable: false`, belongs to another account, or was made so by
 * `withoutPolicyUpdates()`.
 */
export function warnOfImmutableRole(scope: IConstruct, grantee: iam.IGrantable, grants: readonly iam.Grant[]): void {
  const { grantPrincipal } = grantee;
  if (!isImmutableRole(grantPrincipal)) {
    return;
  }
  const statements = grants.flatMap(statementsOf);
  const missing = Stack.of(scope).resolve(statements.map((statement) => statement.toStatementJson()));
  Annotations.of(scope).addWarningV2(
    "fanfare:immutableRole",
    `the role ${roleOf(grantPrincipal)} cannot be changed here, so nothing was granted to it: add these statements where it is defined: ${JSON.stringify(missing)}`,
  );
}

/**
 * Returns what the policy of the role needs. A grant to another account has only the statement of the resource where the resource is
 * granted in its own policy: the role needs the same.
 */
function statementsOf({ principalStatements, resourceStatements }: iam.Grant): readonly iam.PolicyStatement[] {
  return principalStatements.length > 0
    ? principalStatements
    : resourceStatements.map(
        ({ actions, resources, conditions }) => new iam.PolicyStatement({ actions, resources, conditions }),
      );
}

/** CDK does not export the class. Its build may append a digit to the name. */
function isImmutableRole(principal: iam.IPrincipal): boolean {
  return /^ImmutableRole\d*$/.test(principal.constructor.name);
}

/** Returns the role's ARN or, where that is known only at deployment, the construct's path. */
function roleOf(principal: iam.IPrincipal): string {
  if ("roleArn" in principal && typeof principal.roleArn === "string" && !Token.isUnresolved(principal.roleArn)) {
    return principal.roleArn;
  }
  return Construct.isConstruct(principal) ? principal.node.path : String(principal);
}
