import { evaluatePolicy, type Requester } from "../kernel/index.ts";
import type { SnsState, Topic } from "./state.ts";

/** The actions of the policy that SNS gives a new topic: the owner may perform all of them. */
const DEFAULT_ACTIONS = [
  "SNS:GetTopicAttributes",
  "SNS:SetTopicAttributes",
  "SNS:AddPermission",
  "SNS:RemovePermission",
  "SNS:DeleteTopic",
  "SNS:Subscribe",
  "SNS:ListSubscriptionsByTopic",
  "SNS:Publish",
];

/** The policy in force, as JSON: the one that was set, or the one that SNS gives a new topic. */
export function policyText(topic: Topic): string {
  return (
    topic.attributes.get("Policy") ??
    JSON.stringify({
      Version: "2008-10-17",
      Id: "__default_policy_ID",
      Statement: [
        {
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: DEFAULT_ACTIONS,
          Resource: topic.arn,
          Condition: { StringEquals: { "AWS:SourceOwner": topic.accountId } },
        },
      ],
    })
  );
}

/**
 * Whether the topic's policy lets the requester act. The owner's account may do everything that no statement denies;
 * everybody else needs a statement that allows it.
 *
 * @param action without the service, for example `Publish`
 */
export function isAllowed(state: SnsState, topic: Topic, action: string, requester: Requester): boolean {
  const isOwner = requester.kind === "account" && requester.accountId === topic.accountId;
  // The usual case, on every publish: no need to read a policy that only repeats it.
  if (isOwner && !topic.attributes.has("Policy")) {
    return true;
  }
  const now = state.environment.now();
  const request = { requester, action: `sns:${action}`, resource: topic.arn, now };
  const decision = evaluatePolicy(policyText(topic), request);
  return decision === "allowed" || (isOwner && decision === "implicitlyDenied");
}
