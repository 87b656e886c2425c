import type { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { refuseIf } from "../checks/index.ts";
import { differs, placeOf } from "../places/index.ts";
import { TopicShare, type TopicShareProps } from "./share.ts";
import { allowSubscribe, warnOfMissing } from "./share-access.ts";
import { checkShare } from "./share-checks.ts";
import type { ShareOptions } from "./share-options.ts";

/** What {@link TopicShares} knows of the topic. */
export interface SharedTopic extends Omit<TopicShareProps, keyof ShareOptions> {
  readonly contract: AnyContract;
  /** Whether the owner of an imported topic has shared it. */
  readonly isShared: boolean;
}

/** The accounts that may subscribe to a topic. */
export class TopicShares {
  private readonly scope: Construct;
  private readonly topic: () => SharedTopic;
  private readonly shares: TopicShare[] = [];
  private readonly admitted = new Set<string>();
  private readonly subscribers: { readonly subscriber: Construct; readonly events: readonly string[] }[] = [];

  constructor(scope: Construct, topic: () => SharedTopic) {
    this.scope = scope;
    this.topic = topic;
  }

  /** Retentions of the subscribers of other accounts. */
  get retentions(): readonly Duration[] {
    return this.shares.map(({ retention }) => retention);
  }

  /** Shares the topic with accounts or an organization. */
  add(options: ShareOptions): TopicShare {
    const topic = this.topic();
    checkShare(this.scope, { ...options, contract: topic.contract, topicIsFifo: topic.topicIsFifo });
    const id = `ShareWith-${(options.accounts ?? [options.organization]).join("-")}`;
    refuseIf(this.scope, this.scope.node.tryFindChild(id) !== undefined, {
      field: "accounts",
      message: `the topic is already shared with ${options.organization ?? options.accounts?.join(", ")}`,
      remedy: "call shareWith once for each account or organization",
    });
    const share = new TopicShare(this.scope, id, { ...options, ...topic });
    this.shares.push(share);
    for (const { subscriber, events } of this.subscribers) {
      this.checkEvents(subscriber, events);
    }
    return share;
  }

  /**
   * Allows the account of a subscriber of this app to subscribe, if it is not that of the topic.
   *
   * @throws FanfareError `ConfigurationInvalid` for events that are not shared with the account
   */
  admit(subscriber: Construct, events: readonly string[]): void {
    const { topic, payloads, isShared } = this.topic();
    const { account } = placeOf(subscriber);
    if (!differs(topic.env.account, account)) {
      return;
    }
    this.subscribers.push({ subscriber, events });
    this.checkEvents(subscriber, events);
    const isIncluded = this.shares.some((each) => each.includes(account));
    if (!isIncluded && !isShared && !this.admitted.has(account)) {
      this.admitted.add(account);
      const missing = [
        ...allowSubscribe(topic, { accounts: [account] }),
        ...(payloads?.share([new iam.AccountPrincipal(account)]) ?? []),
      ];
      warnOfMissing(subscriber, missing);
    }
  }

  /** An account may be in several shares: it has the events of all of them. */
  private checkEvents(subscriber: Construct, events: readonly string[]): void {
    const { account } = placeOf(subscriber);
    const shares = this.shares.filter((each) => each.includes(account));
    const { contract } = this.topic();
    const shared = shares.flatMap((share) => share.events ?? Object.keys(contract.events));
    const withheld = shares.length === 0 ? [] : events.filter((name) => !shared.includes(name));
    refuseIf(subscriber, withheld.length > 0, {
      field: "events",
      message: `${withheld.join(", ")} ${withheld.length === 1 ? "is" : "are"} not shared with account ${account}`,
      remedy: `subscribe to ${shared.join(", ")} only, or name further events in shareWith`,
    });
  }
}
