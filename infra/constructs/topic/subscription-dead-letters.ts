import { Annotations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { jsonOf, snsStatement } from "../access/index.ts";
import { identityOf, refuseIf } from "../checks/index.ts";
import { describePlace, differs, isElsewhere, type Place, placeOf } from "../places/index.ts";
import {
  checkGivenQueueName,
  createDeadLetterQueue,
  DEFAULT_RETENTIONS,
  OwnQueue,
  type QueueOptions,
  queueName,
  refuseQueueNameTwice,
} from "../queue/index.ts";
import type { SubscriptionDeadLetterOptions } from "./fan-out-options.ts";
import { allowReceiving, warnOfMissing } from "./share-access.ts";

/** What {@link subscriptionDeadLetters} takes. */
export interface SubscriptionDeadLetterProps
  extends Pick<QueueOptions, "encryptionKey" | "queueRemovalPolicy" | "namePrefix"> {
  readonly options: SubscriptionDeadLetterOptions | false;
  /** Whether the subscription is FIFO. */
  readonly fifo: boolean;
  /** The queue of the subscriber. */
  readonly queue: sqs.IQueue;
  readonly topic: TopicPlace;
}

/** The topic as far as the place of its subscriptions depends on it. */
export interface TopicPlace {
  /** Account and Region of the topic. */
  readonly env: Place;
  /** Without a reference to the topic. */
  readonly arn: string;
  /** Constructs in whose stacks a queue beside the topic may be created. */
  readonly scopes: readonly Construct[];
  /** Whether the owner of an imported topic shares it with this account: see `FanoutTopic.shareWith`. */
  readonly shared: boolean;
  /** Key of queues that are created beside the topic. */
  readonly encryptionKey: kms.IKey | undefined;
}

/** A dead-letter queue, and the construct in whose stack its alarms belong. */
export interface SubscriptionDeadLetters {
  readonly queue: sqs.IQueue;
  readonly scope: Construct;
}

/**
 * Returns the queue for messages that SNS cannot deliver to a subscriber. SNS requires it in the account and Region of the
 * subscription, which are those of the topic's ARN: it is created in the stack of the subscriber if that is deployed there, otherwise
 * in that of the topic.
 * Source: Amazon SNS Developer Guide, "Amazon SNS dead-letter queues".
 *
 * @throws FanfareError `ConfigurationInvalid` if it would be elsewhere, or if no stack of the app is deployed there
 */
export function subscriptionDeadLetters(
  subscriber: Construct,
  props: SubscriptionDeadLetterProps,
): SubscriptionDeadLetters | undefined {
  const { options, topic } = props;
  if (options === false) {
    return undefined;
  }
  if (options.queue !== undefined) {
    return { queue: givenQueue(subscriber, options.queue, props), scope: subscriber };
  }
  const scope = [subscriber, ...topic.scopes].find((each) => !isElsewhere(placeOf(each), topic.env));
  refuseIf(subscriber, scope === undefined, {
    field: "subscriptionDeadLetter",
    message: `the topic is in ${describePlace(topic.env)}, where the dead-letter queue of the subscription must be, but the subscriber is in ${describePlace(placeOf(subscriber))}`,
    remedy:
      "create the queue there (topic.shareWith in the stack of the topic creates one) and pass it: subscriptionDeadLetter: { queue: sqs.Queue.fromQueueArn(...) }; or set subscriptionDeadLetter: false, and messages that SNS cannot deliver for 23 days are lost",
  });
  return scope === undefined ? undefined : { queue: newQueue(scope, subscriber, props), scope };
}

function newQueue(scope: Construct, subscriber: Construct, props: SubscriptionDeadLetterProps): OwnQueue {
  const { fifo, topic, queue: main } = props;
  const options: SubscriptionDeadLetterOptions = props.options === false ? {} : props.options;
  const beside = scope === subscriber;
  const id = "SubscriptionDeadLetterQueue";
  checkGivenQueueName(subscriber, "subscriptionDeadLetter.queueName", options.queueName, fifo);
  const queue = createDeadLetterQueue(scope, beside ? id : `${subscriber.node.id}${id}`, {
    // SNS requires a FIFO queue for "a FIFO Subscription to a FIFO Topic"; a standard queue's subscription has a standard one.
    fifo,
    encryptionKey: beside ? props.encryptionKey : topic.encryptionKey,
    retention: options.retention ?? DEFAULT_RETENTIONS.subscriptionDeadLetterQueue,
    queueName:
      options.queueName ??
      queueName(scope, props, fifo, beside ? "subscription-dlq" : `${subscriber.node.id}-subscription-dlq`),
    removalPolicy: props.queueRemovalPolicy,
  });
  if (beside && main instanceof OwnQueue) {
    main.sharePolicyWith(queue);
  } else {
    queue.createPolicy({ enforceSSL: true });
  }
  refuseQueueNameTwice(subscriber, "subscriptionDeadLetter.queueName", queue, options.queueName);
  const { account } = placeOf(subscriber);
  if (differs(account, topic.env.account)) {
    warnOfMissing(subscriber, allowReceiving(queue, topic.encryptionKey, [new iam.AccountPrincipal(account)]));
  }
  return queue;
}

function givenQueue(
  subscriber: Construct,
  queue: sqs.IQueue,
  { fifo, topic, queue: main }: SubscriptionDeadLetterProps,
): sqs.IQueue {
  refuseIf(subscriber, identityOf(subscriber, queue.queueArn) === identityOf(subscriber, main.queueArn), {
    field: "subscriptionDeadLetter.queue",
    message:
      "subscriptionDeadLetter.queue is the queue that subscribes: what SNS cannot deliver to it, it cannot deliver there either",
    remedy: "use another queue, or leave it out and one is created",
  });
  refuseIf(subscriber, queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED, {
    field: "subscriptionDeadLetter.queue",
    message:
      "subscriptionDeadLetter.queue is encrypted with alias/aws/sqs, which SNS cannot be allowed to use: what SNS cannot deliver would be lost",
    remedy: "encrypt it with SSE-SQS (QueueEncryption.SQS_MANAGED) or with a customer managed key",
  });
  refuseIf(subscriber, isElsewhere(queue.env, topic.env), {
    field: "subscriptionDeadLetter.queue",
    message: `subscriptionDeadLetter.queue is in ${describePlace(queue.env)}, but SNS requires it where the topic is: ${describePlace(topic.env)}`,
    remedy: "use a queue beside the topic, for example that of topic.shareWith, or leave it out",
  });
  refuseIf(subscriber, queue.fifo !== fifo, {
    field: "subscriptionDeadLetter.queue",
    message: `subscriptionDeadLetter.queue is ${queue.fifo ? "FIFO" : "standard"}, but the queue that subscribes is ${fifo ? "FIFO" : "standard"}; SNS requires the same type`,
    remedy: `use a ${fifo ? "FIFO" : "standard"} queue`,
  });
  if (!(queue instanceof sqs.Queue) && !topic.shared) {
    const regions = { topicArn: topic.arn, topicRegion: topic.env.region, queueRegion: queue.env.region };
    const statement = snsStatement(regions, ["sqs:SendMessage"], queue.queueArn);
    Annotations.of(subscriber).addWarningV2(
      "fanfare:subscriptionDeadLetterImported",
      `the dead-letter queue of the subscription is imported. Its policy must have this statement (topic.shareWith adds it to the queue that it creates): ${jsonOf(subscriber, statement)}`,
    );
  }
  return queue;
}
