import { Stack } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/** The condition that a service uses a key, in one Region. Source: AWS KMS Developer Guide, "kms:ViaService". */
export function viaService(service: "s3" | "sns" | "sqs", region: string): Record<string, Record<string, string>> {
  return { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } };
}

/** Returns a statement as JSON that can be pasted into a policy. What is known only at deployment is a function of CloudFormation. */
export function jsonOf(scope: IConstruct, statement: iam.PolicyStatement): string {
  return JSON.stringify(Stack.of(scope).resolve(statement.toStatementJson()));
}
