import { decideAccess, type PolicyDecision, type Requester } from "../kernel/index.ts";
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
 * What the topic's policy says of a request. The owner's account may do everything that no statement denies;
 * everybody else needs a statement that allows it.
 *
 * @param action without the service, for example `Publish`
 * @param conditions keys of SNS: `sns:protocol` and `sns:endpoint` of Subscribe
 */
export function decide(
  state: SnsState,
  topic: Topic,
  action: string,
  requester: Requester,
  conditions: ReadonlyMap<string, readonly string[]> = new Map(),
): PolicyDecision {
  const isOwner = requester.kind === "account" && requester.accountId === topic.accountId;
  // The usual case, on every publish: no need to read a policy that only repeats it.
  if (isOwner && !topic.attributes.has("Policy")) {
    return "allowed";
  }
  const now = state.environment.now();
  const request = { requester, action: `sns:${action}`, resource: topic.arn, now, conditions };
  return decideAccess(policyText(topic), topic.accountId, request);
}
