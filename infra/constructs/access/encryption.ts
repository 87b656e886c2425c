import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import { snsPrincipalNames, snsPrincipals } from "../places/index.ts";

/**
 * Refuses AWS managed keys. Their policies cannot be changed, so SNS can never use them to put a message into a queue.
 * Source: Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics".
 */
export function refuseManagedKey(
  scope: IConstruct,
  field: string,
  key: kms.IKey | undefined,
  principal: string = "SNS",
): void {
  const names = key === undefined ? "" : `${key.keyId} ${"aliasName" in key ? key.aliasName : ""}`;
  refuseIf(scope, names.includes("alias/aws/"), {
    field,
    message: `${field} is an AWS managed key (alias/aws/...), which ${principal} cannot be allowed to use`,
    remedy: "use a customer managed key (new kms.Key), or leave it out: SQS then encrypts the queues with its own key",
  });
}

/** A topic whose messages a queue takes, and where the two are. */
export interface SendingTopic {
  /** Without a reference to the topic: the same key may encrypt the topic, and a reference would be circular. */
  readonly topicArn: string;
  readonly topicRegion: string;
  readonly queueRegion: string;
}

/** Returns the statement that lets SNS send what one topic delivers, or encrypt it. */
export function snsStatement(
  { topicArn, topicRegion, queueRegion }: SendingTopic,
  actions: string[],
  resource: string,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: snsPrincipals(topicRegion, queueRegion),
    actions,
    resources: [resource],
    conditions: { ArnEquals: { "aws:SourceArn": topicArn } },
  });
}

/**
 * Allows SNS to encrypt what one topic delivers to queues that use a key.
 *
 * @param keyPolicyAllowsSns whether the user states that the policy of an imported key allows SNS already
 * @throws FanfareError `ConfigurationInvalid` for an imported key without that statement
 */
export function allowTopicOnKey(
  scope: IConstruct,
  key: kms.IKey,
  topic: SendingTopic,
  keyPolicyAllowsSns: boolean,
): void {
  refuseManagedKey(scope, "encryptionKey", key);
  const statement = snsStatement(topic, ["kms:Decrypt", "kms:GenerateDataKey*"], "*");
  const senders = snsPrincipalNames(topic.topicRegion, topic.queueRegion).join(" and ");
  const { statementAdded } = key.addToResourcePolicy(statement);
  refuseIf(scope, !statementAdded && !keyPolicyAllowsSns, {
    field: "encryptionKey",
    message:
      "encryptionKey is imported, so its policy cannot be changed here; unless the policy allows SNS, no message arrives",
    remedy: `allow ${senders} to call kms:Decrypt and kms:GenerateDataKey* in the key's own policy, and set keyPolicyAllowsSns: true`,
  });
}

/** What a sender calls with the key of a topic, queue or bucket. */
export const ENCRYPT_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey*"];

/** Grants what a sender needs to put messages or objects into a resource encrypted with a key. */
export function grantEncrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return key === undefined ? [] : [key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")];
}

/** Grants what a reader needs of a resource encrypted with a key. */
export function grantDecrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return key === undefined ? [] : [key.grant(grantee, "kms:Decrypt")];
}
