import { Annotations, ArnFormat, Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import { RegionInfo } from "aws-cdk-lib/region-info";
import type { IConstruct } from "constructs";
import { refuseManagedKey } from "./encryption.ts";

/**
 * Allows CloudWatch Logs to encrypt the log groups of a stack's account and Region with a key. The statement names no log group: its
 * name would refer to the log group, which refers to the key.
 * Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
 *
 * @returns whether the policy of the key could be changed; not that of an imported key
 */
export function allowLogsOnKey(scope: IConstruct, key: kms.IKey): boolean {
  refuseManagedKey(scope, "encryptionKey", key, "CloudWatch Logs");
  return key.addToResourcePolicy(logsStatement(scope)).statementAdded;
}

/** Warns of a key whose policy must be changed by hand, or the log group cannot be created. */
export function warnOfImportedLogsKey(scope: IConstruct): void {
  const statement: unknown = Stack.of(scope).resolve(logsStatement(scope).toStatementJson());
  Annotations.of(scope).addWarningV2(
    "fanfare:logsKeyImported",
    `the key of the log group is imported, so its policy cannot be changed here; the deployment fails unless the policy has this statement: ${JSON.stringify(statement)}`,
  );
}

/**
 * Unlike others, the principal of CloudWatch Logs has the domain of the partition: `amazonaws.com.cn` in China.
 * Source: the region-info of aws-cdk-lib, which lists it among the services with "regionalPartitional" principals.
 */
function domainOf({ region, urlSuffix }: Stack): string {
  return Token.isUnresolved(region) ? urlSuffix : (RegionInfo.get(region).domainSuffix ?? "amazonaws.com");
}

function logsStatement(scope: IConstruct): iam.PolicyStatement {
  const stack = Stack.of(scope);
  const logGroups = stack.formatArn({ service: "logs", resource: "*", arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${stack.region}.${domainOf(stack)}`)],
    actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    resources: ["*"],
    conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
  });
}
