import { Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import { differs, placeOf, snsPrincipalNames, snsPrincipals } from "../places/index.ts";

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

/** What a key encrypts, and how to use another one; both have defaults. */
interface KeyUse {
  /** What it encrypts: `the queues`. */
  readonly what?: string;
  readonly remedy?: string;
}

/**
 * Refuses a key of another Region than that of a construct: services use only keys of their own Region.
 * Source: AWS KMS Developer Guide, "How AWS services use AWS KMS" and "Multi-Region keys".
 */
export function refuseKeyOfOtherRegion(
  scope: IConstruct,
  field: string,
  key: kms.IKey | undefined,
  { what = "what it encrypts", remedy }: KeyUse = {},
): void {
  const { region } = placeOf(scope);
  refuseIf(scope, key !== undefined && differs(key.env.region, region), {
    field,
    message: `${field} is in ${key?.env.region}, but ${what} would be in ${region}; AWS services use only keys of their own Region`,
    remedy: remedy ?? `use a key of ${region}`,
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

/** What the policy of a sender needs for that key. */
export const SENDER_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

/** Grants what a sender needs to put messages or objects into a resource encrypted with a key. */
export function grantEncrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return grantKey(key, grantee, ...SENDER_ACTIONS);
}

/** Grants what a reader needs of a resource encrypted with a key. */
export function grantDecrypt(key: kms.IKey | undefined, grantee: iam.IGrantable): iam.Grant[] {
  return grantKey(key, grantee, "kms:Decrypt");
}

/**
 * Grants the use of a key. CDK drops grants on a key that is known by its alias only, unless a feature flag is set: here they name the
 * keys of that account and Region which have the alias.
 * Source: AWS KMS Developer Guide, "Use aliases to control access to KMS keys".
 */
export function grantKey(key: kms.IKey | undefined, grantee: iam.IGrantable, ...actions: string[]): iam.Grant[] {
  if (key === undefined) {
    return [];
  }
  const grant = key.grant(grantee, ...actions);
  const alias = "aliasName" in key && typeof key.aliasName === "string" ? key.aliasName : undefined;
  if (grant.success || alias === undefined) {
    return [grant];
  }
  const resourceArns = [Stack.of(key).formatArn({ service: "kms", resource: "key", resourceName: "*" })];
  const conditions = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } };
  return [iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions })];
}
