import { filterText } from "../../graph/index.ts";
import { isJsonObject, parseJson } from "../../std/index.ts";
import type { AssemblyModel, AssemblyResource } from "../model/index.ts";
import { subscriptionsOf } from "../model/index.ts";
import { filterCovers } from "./filter-covers.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Filters that let less through than before, and targets that are no longer subscribed. */
export function subscriptionFindings(before: AssemblyModel, after: AssemblyModel): Finding[] {
  const now = new Map(
    subscriptionsOf(after).map((each) => [keyOf(each.topic, each.target ?? each.subscription), each]),
  );
  return subscriptionsOf(before).flatMap(({ subscription, topic, target }) => {
    const still = now.get(keyOf(topic, target ?? subscription));
    const receiver = target?.name ?? subscription.name;
    if (still === undefined) {
      return [
        findingAt(subscription, {
          kind: "unsubscribed",
          change: `${receiver} is no longer subscribed to ${topic.name}`,
          consequence: "events that are published from now on do not reach it",
          remedy: "keep the subscription until the subscriber is not needed any more",
        }),
      ];
    }
    const [old, renewed] = [subscription, still.subscription].map(policyOf);
    const scopes = [subscription, still.subscription].map(
      ({ properties }) => properties.FilterPolicyScope ?? "MessageAttributes",
    );
    const delivery = deliveryFindings(subscription, still.subscription, receiver);
    if (scopes[0] === scopes[1] && filterCovers(renewed, old)) {
      return delivery;
    }
    return [
      ...delivery,
      findingAt(still.subscription, {
        kind: "filterNarrows",
        change: `the filter of ${receiver} lets through less, or it cannot be shown that it does not: from ${shown(old)} to ${shown(renewed)}`,
        consequence: "events that only the old filter lets through do not reach the subscriber any more",
        remedy: "check that the subscriber does not need the events that it no longer receives",
      }),
    ];
  });
}

/** What a subscriber gets in another form, and what is lost where it cannot be delivered. */
function deliveryFindings(before: AssemblyResource, after: AssemblyResource, receiver: string): Finding[] {
  const isRaw = ({ properties }: AssemblyResource) => String(properties.RawMessageDelivery) === "true";
  const findings: Finding[] = [];
  if (isRaw(before) !== isRaw(after)) {
    findings.push(
      findingAt(after, {
        kind: "deliveryChanges",
        change: isRaw(after)
          ? `${receiver} gets messages as they were published, no longer wrapped by SNS`
          : `${receiver} gets messages wrapped by SNS, no longer as they were published`,
        consequence:
          "a consumer that reads one form alone cannot process the other, nor message attributes under the wrapping",
        remedy: "deploy a consumer first that reads both forms; Fanfare's does",
      }),
    );
  }
  if (before.properties.RedrivePolicy !== undefined && after.properties.RedrivePolicy === undefined) {
    findings.push(
      findingAt(after, {
        kind: "deadLetterQueueRemoved",
        change: `the subscription of ${receiver} has no dead-letter queue any more`,
        consequence: "events that SNS cannot deliver are lost",
        remedy: "keep the redrive policy",
      }),
    );
  }
  return findings;
}

function keyOf(topic: AssemblyResource, target: AssemblyResource): string {
  return [topic, target].map(({ stack, logicalId }) => `${stack}/${logicalId}`).join(" ");
}

/** A template may have the policy as a string. */
function policyOf({ properties: { FilterPolicy: policy } }: AssemblyResource): unknown {
  return typeof policy === "string" ? parseJson(policy) : policy;
}

function shown(policy: unknown): string {
  return isJsonObject(policy) ? `{ ${filterText(policy).join("; ")} }` : "everything";
}
