import { Annotations, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { addToPolicy, jsonOf, viaService } from "../access/index.ts";
import type { ShareOptions } from "./share-options.ts";

/**
 * Allows accounts to subscribe queues to a topic.
 *
 * @returns the statements that could not be added because the policy of the topic is imported
 */
export function allowSubscribe(
  topic: sns.ITopic,
  shared: Pick<ShareOptions, "accounts" | "organization">,
): iam.PolicyStatement[] {
  const endpoints = shared.accounts?.map((account) => `arn:*:sqs:*:${account}:*`);
  const statement = new iam.PolicyStatement({
    principals: principalsOf(shared),
    actions: ["sns:Subscribe"],
    resources: [topic.topicArn],
    conditions: {
      StringEquals: { "sns:Protocol": "sqs" },
      // The accounts of an organization are not known here.
      ...(endpoints === undefined ? {} : { StringLike: { "sns:Endpoint": endpoints } }),
    },
  });
  return addToPolicy(topic, statement);
}

/** What the owner of a dead-letter queue lets other accounts do with it: look at messages, and move them. */
const RECEIVE_ACTIONS = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
];

/**
 * Allows accounts to receive and delete messages of a dead-letter queue beside the topic.
 *
 * @returns the statement that could not be added because the key is imported
 */
export function allowReceiving(
  queue: sqs.Queue,
  encryptionKey: kms.IKey | undefined,
  principals: iam.IPrincipal[],
): iam.PolicyStatement[] {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({ principals, actions: RECEIVE_ACTIONS, resources: [queue.queueArn] }),
  );
  const decrypt = new iam.PolicyStatement({
    principals,
    actions: ["kms:Decrypt"],
    resources: ["*"],
    conditions: viaService("sqs", Stack.of(queue).region),
  });
  return addToPolicy(encryptionKey, decrypt);
}

/** Warns of statements that must be added where the policies are defined. */
export function warnOfMissing(scope: Construct, missing: readonly iam.PolicyStatement[]): void {
  if (missing.length > 0) {
    Annotations.of(scope).addWarningV2(
      "fanfare:topicNotShared",
      `the policies of the topic, or of its payload bucket or key, are imported and cannot be changed here. Add these statements where they are defined, or let their owner call topic.shareWith: ${missing.map((each) => jsonOf(scope, each)).join(", ")}`,
    );
  }
}

/** Returns the principals that a share names. */
export function principalsOf({
  accounts = [],
  organization,
}: Pick<ShareOptions, "accounts" | "organization">): iam.IPrincipal[] {
  return [
    ...accounts.map((account) => new iam.AccountPrincipal(account)),
    ...(organization === undefined ? [] : [new iam.OrganizationPrincipal(organization)]),
  ];
}
