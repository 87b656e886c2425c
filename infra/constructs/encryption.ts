import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { IConstruct } from "constructs";
import { configurationInvalid } from "./validation.ts";

const SNS = "sns.amazonaws.com";

/**
 * Refuses the keys that AWS manages: their policies cannot be changed, so SNS can never use them to put a message into a queue.
 * Source: Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics".
 */
export function refuseManagedKey(scope: IConstruct, field: string, key: kms.IKey | undefined): void {
  if (key === undefined || !`${key.keyId} ${"aliasName" in key ? key.aliasName : ""}`.includes("alias/aws/")) return;
  throw configurationInvalid(scope, {
    field,
    message: `${field} is a key that AWS manages (alias/aws/...): SNS cannot be allowed to use it`,
    remedy: "give a customer managed key (new kms.Key), or no key: queues are then encrypted by SQS itself",
  });
}

/**
 * Lets SNS encrypt what one topic delivers to queues under a key.
 *
 * @param topicArn without a reference to the topic: the same key may encrypt the topic, and a reference would be circular
 * @throws FanfareError `ConfigurationInvalid` for a key whose policy cannot be changed here, unless the caller vouches for it
 */
export function allowTopicOnKey(
  scope: IConstruct,
  key: kms.IKey,
  topicArn: string,
  options: { readonly vouched: boolean },
): void {
  refuseManagedKey(scope, "encryptionKey", key);
  const { statementAdded } = key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(SNS)],
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      resources: ["*"],
      conditions: { ArnEquals: { "aws:SourceArn": topicArn } },
    }),
  );
  if (statementAdded || options.vouched) return;
  throw configurationInvalid(scope, {
    field: "encryptionKey",
    message:
      "encryptionKey is imported, so its policy cannot be changed here, and without SNS in it no message arrives",
    remedy: `let ${SNS} call kms:Decrypt and kms:GenerateDataKey* in the key's own policy and set keyPolicyAllowsSns: true`,
  });
}

/** Allows what a sender needs to put messages into something encrypted under a key. */
export function grantEncrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return key === undefined ? [] : [key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")];
}

/** Allows what a reader needs of something encrypted under a key. */
export function grantDecrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return key === undefined ? [] : [key.grant(grantee, "kms:Decrypt")];
}
