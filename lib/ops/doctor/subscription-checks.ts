import { isJsonObject } from "../../std/index.ts";
import type { FleetQueue, FleetSubscriber } from "../fleet/index.ts";
import { listOf } from "./policy.ts";
import type { Finding } from "./types.ts";

/** What is wrong with the way from the topic to a subscriber's queue. */
export function checkSubscriptions(subscriber: FleetSubscriber): readonly Finding[] {
  const { name, subscriptions, promised, queue } = subscriber;
  const findings: Finding[] = [];
  const find = (severity: Finding["severity"], message: string, fix: string) =>
    findings.push({ severity, subscriber: name, message, fix });
  if (promised?.topic !== undefined && subscriptions.length === 0) {
    find("error", `${queue.name} is not subscribed to ${promised.topic}`, "deploy the stack again");
  }
  for (const { topicArn, raw, filterPolicy, deadLetterQueueArn } of subscriptions) {
    const topic = topicArn.slice(topicArn.lastIndexOf(":") + 1);
    if (!raw) {
      find(
        "warning",
        `the subscription to ${topic} wraps messages: attributes and sizes change`,
        "set RawMessageDelivery",
      );
    }
    if (promised !== undefined && canonical(filterPolicy ?? {}) !== canonical(promised.filterPolicy ?? {})) {
      find(
        "error",
        `the filter of the subscription to ${topic} is not the one that was deployed`,
        "deploy the stack again",
      );
    }
    if (deadLetterQueueArn === undefined) {
      find(
        "warning",
        `what ${topic} cannot deliver is lost: its subscription has no dead-letter queue`,
        "set its RedrivePolicy",
      );
    }
    if (!allows(queue, topicArn)) {
      find(
        "error",
        `the policy of ${queue.name} does not let ${topic} send`,
        "allow sns.amazonaws.com to call sqs:SendMessage",
      );
    }
  }
  return findings;
}

/** Whether any statement lets SNS send from the topic. Denials and conditions on other keys are not weighed. */
function allows({ policy }: FleetQueue, topicArn: string): boolean {
  const statements = listOf(policy?.Statement).filter(isJsonObject);
  return statements.some(
    ({ Effect, Action, Condition }) =>
      Effect === "Allow" &&
      listOf(Action).some((action) => /^(?:sqs:(?:SendMessage|\*)|\*)$/i.test(String(action))) &&
      (Condition === undefined || namesTopic(Condition, topicArn)),
  );
}

function namesTopic(condition: unknown, topicArn: string): boolean {
  const text = JSON.stringify(condition);
  return !/aws:SourceArn/i.test(text) || text.includes(topicArn) || text.includes("*");
}

/** JSON that is equal for equal policies, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
