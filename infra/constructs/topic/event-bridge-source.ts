import { ArnFormat, Stack } from "aws-cdk-lib";
import type * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { addToPolicy, ENCRYPT_ACTIONS, grantEncrypt, warnOfImportedPolicies } from "../access/index.ts";
import { checkAtSynthesis, refuseIf } from "../checks/index.ts";
import { AlarmFactory, type AlarmOptions, watchSubscriptionDeadLetters } from "../observability/index.ts";
import {
  checkEventBridgeOptions,
  createDeadLetterQueue,
  DEFAULT_RETENTIONS,
  type EventBridgeTargetOptions,
  eventBridgeMessage,
  queueName,
} from "../queue/index.ts";
import type { PushSubscriber } from "./push-subscriber.ts";
import type { Subscriber } from "./subscriber.ts";

/** The topic to which rules send. */
export interface EventBridgeTopic {
  readonly topic: sns.ITopic;
  readonly contract: AnyContract;
  readonly encryptionKey?: kms.IKey;
  readonly alarms?: AlarmOptions | false;
  readonly namePrefix?: string;
  /** The subscribers at synthesis. */
  readonly subscribers: () => readonly (Subscriber | PushSubscriber)[];
}

/**
 * What EventBridge rules need to send to a topic: a role, because EventBridge meets no condition of a topic policy, and a queue for what
 * cannot be delivered.
 * Source: Amazon EventBridge User Guide, "Using resource-based policies" and "Using dead-letter queues".
 */
export class EventBridgeSource extends Construct {
  /** The role with which rules publish. */
  readonly role: iam.Role;
  /** Events that EventBridge could not deliver, as EventBridge wrote them. */
  readonly deadLetterQueue: sqs.Queue;
  private readonly topic: EventBridgeTopic;
  /** Names of the events that rules send. */
  private readonly sent = new Set<string>();

  constructor(scope: Construct, topic: EventBridgeTopic) {
    super(scope, "EventBridge");
    this.topic = topic;
    refuseIf(this, topic.topic.fifo, {
      field: "eventBridgeTarget",
      message: "the topic is FIFO, to which EventBridge does not send",
      remedy: "send to a standard work queue, and publish to the FIFO topic in its handler",
    });
    this.role = new iam.Role(this, "Role", { assumedBy: new iam.ServicePrincipal("events.amazonaws.com") });
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ["sns:Publish"], resources: [topic.topic.topicArn] }));
    grantEncrypt(topic.topic.masterKey, this.role);
    this.deadLetterQueue = this.createDeadLetters(topic);
    const alarms = new AlarmFactory(this, topic.alarms);
    watchSubscriptionDeadLetters(alarms, this.deadLetterQueue);
    checkAtSynthesis(this, () => this.checkSubscribers());
  }

  /** Returns the one of a topic, which is created with its first target. */
  static of(scope: Construct, topic: EventBridgeTopic): EventBridgeSource {
    const known = scope.node.tryFindChild("EventBridge");
    return known instanceof EventBridgeSource ? known : new EventBridgeSource(scope, topic);
  }

  /** Returns a target that sends an event of EventBridge as an event of the contract. */
  target(event: string, options: EventBridgeTargetOptions): events.IRuleTarget {
    const { contract, topic } = this.topic;
    checkEventBridgeOptions(this, options);
    const input = eventBridgeMessage(this, { contract, event }, options);
    this.sent.add(event);
    const { maxEventAge, retryAttempts } = options;
    return {
      bind: () => ({
        arn: topic.topicArn,
        role: this.role,
        input,
        targetResource: topic,
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
        ...(maxEventAge === undefined && retryAttempts === undefined
          ? {}
          : {
              retryPolicy: { maximumEventAgeInSeconds: maxEventAge?.toSeconds(), maximumRetryAttempts: retryAttempts },
            }),
      }),
    };
  }

  private createDeadLetters({ encryptionKey, namePrefix }: EventBridgeTopic): sqs.Queue {
    const prefix = namePrefix === undefined ? {} : { namePrefix: `${namePrefix}-event-bridge` };
    const queue = createDeadLetterQueue(this, "DeadLetterQueue", {
      fifo: false,
      encryptionKey,
      retention: DEFAULT_RETENTIONS.deadLetterQueue,
      queueName: queueName(this, prefix, false, "dlq"),
      removalPolicy: undefined,
    });
    queue.createPolicy({ enforceSSL: true });
    // All rules of the account and Region: the ARN of a rule in another stack, which refers to this queue, would be a cycle.
    const rules = Stack.of(this).formatArn({
      service: "events",
      resource: "rule",
      resourceName: "*",
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const conditions = { ArnLike: { "aws:SourceArn": rules } };
    const principals = [new iam.ServicePrincipal("events.amazonaws.com")];
    queue.addToResourcePolicy(
      new iam.PolicyStatement({ principals, actions: ["sqs:SendMessage"], resources: [queue.queueArn], conditions }),
    );
    const encrypt = new iam.PolicyStatement({ principals, actions: ENCRYPT_ACTIONS, resources: ["*"], conditions });
    warnOfImportedPolicies(this, "eventBridgeTarget", addToPolicy(encryptionKey, encrypt));
    return queue;
  }

  /** EventBridge sets no message attributes: a filter on attributes would withhold its events. */
  private checkSubscribers(): void {
    for (const { node, filterScope, events } of this.topic.subscribers()) {
      const withheld = events.find((event) => this.sent.has(event));
      refuseIf(this, filterScope === "MessageAttributes" && withheld !== undefined, {
        field: "filter",
        message: `${node.id} filters ${withheld} on message attributes, and EventBridge sets none: its events would never arrive there`,
        remedy:
          'set filter: "body" on the subscriber (and whereData in place of where), or leave the event out of its events',
      });
    }
  }
}
