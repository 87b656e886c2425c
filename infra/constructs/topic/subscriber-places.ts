import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { refuseKeyOfOtherRegion, refuseManagedKey } from "../access/index.ts";
import { refuseIf } from "../checks/index.ts";
import {
  AlarmFactory,
  type AlarmOptions,
  watchConsumer,
  watchSubscriptionDeadLetters,
} from "../observability/index.ts";
import { describePlace, differs, isElsewhere, isOtherPartition, type Place, placeOf } from "../places/index.ts";
import type { Consumption } from "../queue/index.ts";
import type { SubscriptionDeadLetters } from "./subscription-dead-letters.ts";

/**
 * Checks that the queue of a subscriber can be subscribed from its stack, and encrypted with its key.
 *
 * @throws FanfareError `ConfigurationInvalid` for a topic in another partition, a queue of another account, or a key of another Region
 */
export function checkSubscriberPlace(
  subscriber: Construct,
  {
    queue,
    encryptionKey,
    topic,
  }: { readonly queue?: sqs.IQueue; readonly encryptionKey?: kms.IKey | undefined; readonly topic: Place },
): void {
  const here = placeOf(subscriber);
  refuseIf(subscriber, isOtherPartition(topic.region, here.region), {
    field: "scope",
    message: `the topic is in ${topic.region}, but the subscriber is in ${here.region}: the two belong to different partitions of AWS, between which SNS does not deliver`,
    remedy: "publish to a topic in each partition",
  });
  refuseIf(subscriber, queue !== undefined && differs(queue.env.account, here.account), {
    field: "queue",
    message: `queue belongs to account ${queue?.env.account}, but the subscriber is in ${describePlace(here)}: a subscription that another account makes waits for a confirmation, and nothing arrives until then`,
    remedy: "create the subscriber in a stack of that account: fanOut(id, { scope: stackOfThatAccount, queue, ... })",
  });
  refuseManagedKey(subscriber, "encryptionKey", encryptionKey);
  refuseKeyOfOtherRegion(subscriber, "encryptionKey", encryptionKey, {
    what: "the queues",
    remedy: `give the subscriber a key of ${here.region}: fanOut(id, { encryptionKey: ..., ... })`,
  });
}

/** What {@link watchSubscriber} takes. */
export interface SubscriberAlarms {
  /** Alarms of the subscriber itself. */
  readonly own: AlarmOptions | false | undefined;
  /** Alarms of what is created beside the topic. */
  readonly ofTopic: AlarmOptions | false | undefined;
  readonly consumption: Consumption;
  readonly deadLetters: SubscriptionDeadLetters | undefined;
}

/**
 * Creates the alarms of a subscriber. CloudWatch alarms see only metrics of their own Region and account. So the dead-letter queue of a
 * subscription to a topic elsewhere has its alarm beside the topic, and an imported queue of another Region has none.
 */
export function watchSubscriber(
  subscriber: Construct,
  { own, ofTopic, consumption, deadLetters }: SubscriberAlarms,
): Pick<AlarmFactory, "alarms"> & { readonly healthAlarm: cloudwatch.CompositeAlarm | undefined } {
  const here = placeOf(subscriber);
  const far = deadLetters !== undefined && isElsewhere(deadLetters.queue.env, here) ? deadLetters : undefined;
  const near = far === undefined ? deadLetters?.queue : undefined;
  const alarms = new AlarmFactory(subscriber, isElsewhere(consumption.queue.env, here) ? false : own);
  watchConsumer(subscriber, alarms, {
    ...consumption,
    ...(near === undefined ? {} : { subscriptionDeadLetterQueue: near }),
  });
  const farAlarms = far === undefined || far.scope === subscriber ? [] : watchFar(subscriber, far, ofTopic);
  return { alarms: [...alarms.alarms, ...farAlarms], healthAlarm: alarms.compose() };
}

function watchFar(
  subscriber: Construct,
  { queue, scope }: SubscriptionDeadLetters,
  options: AlarmOptions | false | undefined,
): readonly cloudwatch.Alarm[] {
  const alarms = new AlarmFactory(new Construct(scope, `${subscriber.node.id}DeadLetters`), options);
  watchSubscriptionDeadLetters(alarms, queue);
  return alarms.alarms;
}
