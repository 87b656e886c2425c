import { Annotations } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { checkAtSynthesis, deployed, identities, isObject, resourcesOf } from "../checks/index.ts";

/**
 * Warns at synthesis of a subscription that filters on message attributes, if the policy of its topic lets an AWS service publish, such as
 * EventBridge or S3. Services set no message attributes, so nothing of theirs would arrive, and nothing would tell.
 */
export function warnOfServicePublishers(scope: Construct, { topicArn, filterPolicyScope }: sns.CfnSubscription): void {
  if (filterPolicyScope === "MessageAttributes") {
    checkAtSynthesis(scope, () => {
      const services = servicesPublishingTo(scope, topicArn);
      if (services.length > 0) {
        Annotations.of(scope).addWarningV2(
          "fanfare:servicePublishes",
          `the policy of the topic lets ${services.join(", ")} publish, but AWS services set no message attributes, and the subscription filters on them: none of their messages arrive here. For events of EventBridge, use topic.eventBridgeTarget(...) and filter: "body"; for messages as services write them, use filter: "none"; or acknowledge this warning if they are not meant for this subscriber`,
        );
      }
    });
  }
}

function servicesPublishingTo(scope: Construct, topicArn: string): readonly string[] {
  const identify = identities(scope);
  const topic = identify(topicArn);
  const policies = resourcesOf(scope)
    .filter((each) => each instanceof sns.CfnTopicPolicy)
    .filter(({ topics }) => topics.some((arn) => identify(arn) === topic));
  const statements = policies.flatMap((policy) => {
    const { PolicyDocument: document } = deployed(policy);
    return isObject(document) ? listOf(document.Statement).filter(isObject) : [];
  });
  const services = statements
    .filter(({ Effect, Action }) => Effect === "Allow" && listOf(Action).some(isPublish))
    .flatMap(({ Principal }) => (isObject(Principal) ? listOf(Principal.Service) : []));
  return [...new Set(services.map((service) => (typeof service === "string" ? service : JSON.stringify(service))))];
}

const isPublish = (action: unknown) => /^(?:\*|sns:(?:\*|publish))$/i.test(String(action));

/** A policy has one value, or a list of them. */
function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
