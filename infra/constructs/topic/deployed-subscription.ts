import { Annotations } from "aws-cdk-lib";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { checkAtSynthesis, deployed, isObject, refuseIf, resolved } from "../checks/index.ts";

/**
 * Checks a subscription at synthesis, as it is deployed: aspects and overrides of its L1 construct may have changed it.
 *
 * @throws FanfareError `ConfigurationInvalid` for a subscription whose dead-letter queue was taken away
 */
export function checkDeployedSubscription(scope: Construct, subscription: sns.CfnSubscription): void {
  const hasRedrive = subscription.redrivePolicy !== undefined;
  const created = resolved(subscription, {
    RawMessageDelivery: subscription.rawMessageDelivery,
    FilterPolicy: subscription.filterPolicy,
    FilterPolicyScope: subscription.filterPolicyScope,
  });
  checkAtSynthesis(scope, () => {
    const changed = deployed(subscription);
    refuseIf(scope, hasRedrive && changed.RedrivePolicy === undefined, {
      field: "subscriptionDeadLetter",
      message: `${subscription.node.path} has no redrive policy: what SNS cannot deliver would be lost`,
      remedy: "leave the redrivePolicy of its L1 construct as it is, or set subscriptionDeadLetter: false",
    });
    const others = ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope"].filter(
      (name) => isObject(created) && JSON.stringify(created[name]) !== JSON.stringify(changed[name]),
    );
    if (others.length > 0) {
      Annotations.of(scope).addWarningV2(
        "fanfare:subscriptionChanged",
        `an aspect or an override changes ${others.join(" and ")} of ${subscription.node.path}: messages may be withheld, or arrive in another form than the consumer expects. To choose what is delivered, use events, where, whereData and filter`,
      );
    }
  });
}
