import * as iam from "aws-cdk-lib/aws-iam";

/** What {@link grantOnResource} takes. */
export interface ResourceGrant {
  readonly grantee: iam.IGrantable;
  readonly action: string;
  readonly arn: string;
  readonly resource: iam.IResourceWithPolicy;
  readonly conditions?: Record<string, Record<string, unknown>> | undefined;
}

/** A grant, and whether a statement that it needs could not be added because the policy of the resource is imported. */
export interface ResourceGrantResult {
  readonly grant: iam.Grant;
  readonly incomplete: boolean;
}

/**
 * Grants an action in the policy of the grantee or, if it has none or belongs to another account, in that of the resource. CDK
 * reports success even if the policy of the resource is imported and nothing was added.
 */
export function grantOnResource({ grantee, action, arn, resource, conditions }: ResourceGrant): ResourceGrantResult {
  let incomplete = false;
  const observed: iam.IResourceWithPolicy = Object.create(resource, {
    addToResourcePolicy: {
      value: (statement: iam.PolicyStatement) => {
        // Older versions of aws-cdk-lib leave the conditions of a grant out of the resource's statement.
        statement.addConditions(conditions ?? {});
        const result = resource.addToResourcePolicy(statement);
        incomplete = !result.statementAdded;
        return result;
      },
    },
  });
  const grant = iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: [action],
    resourceArns: [arn],
    resource: observed,
  });
  return { grant, incomplete };
}
