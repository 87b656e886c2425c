import { deepEqual, equal } from "node:assert/strict";
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
} from "@aws-sdk/client-sns";
import type { Case } from "../case.ts";
import { readAttributes } from "../support/queues.ts";
import type { ConsumerName, Trial } from "../trial.ts";

/** Receives of a message before it is given up, as the stack sets them. */
const RECEIVES = [
  ["Everything", 3],
  ["Sequence", 3],
  ["Inbox", 5],
  ["Shelf", 2],
] as const;

/** What has been created is what the template says: emulators pass over what they do not know. */
export const deployedCases: readonly Case[] = [
  {
    name: "deployed: redrive policies of queues",
    run: async ({ clients: { sqs }, queueUrl, deadLetterQueueUrl }) => {
      for (const [consumer, maxReceiveCount] of RECEIVES) {
        const { RedrivePolicy = "{}" } = await readAttributes(sqs, queueUrl(consumer));
        const { QueueArn } = await readAttributes(sqs, deadLetterQueueUrl(consumer));
        const policy: { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown } = JSON.parse(RedrivePolicy);
        equal(policy.deadLetterTargetArn, QueueArn);
        equal(Number(policy.maxReceiveCount), maxReceiveCount);
      }
    },
  },
  {
    name: "deployed: redrive-allow policies of dead-letter queues",
    spoiltBy: ["no-redrive-allow-policy"],
    run: async ({ clients: { sqs }, queueUrl, deadLetterQueueUrl }) => {
      for (const [consumer] of RECEIVES) {
        const { QueueArn } = await readAttributes(sqs, queueUrl(consumer));
        const { RedriveAllowPolicy = "{}" } = await readAttributes(sqs, deadLetterQueueUrl(consumer));
        deepEqual(JSON.parse(RedriveAllowPolicy), { redrivePermission: "byQueue", sourceQueueArns: [QueueArn] });
      }
    },
  },
  {
    name: "deployed: timeouts and types of queues",
    run: async (trial) => {
      const standard = await readAttributes(trial.clients.sqs, trial.queueUrl("Everything"));
      equal(standard.VisibilityTimeout, "30");
      equal(standard.MessageRetentionPeriod, String(4 * 86_400));
      const fifo = await readAttributes(trial.clients.sqs, trial.queueUrl("Sequence"));
      equal(fifo.FifoQueue, "true");
      equal(fifo.DeduplicationScope, "messageGroup");
      equal(fifo.FifoThroughputLimit, "perMessageGroupId");
      const deadLetters = await readAttributes(trial.clients.sqs, trial.deadLetterQueueUrl("Sequence"));
      equal(deadLetters.FifoQueue, "true");
      equal(deadLetters.MessageRetentionPeriod, String(14 * 86_400));
    },
  },
  {
    name: "deployed: types of topics",
    spoiltBy: ["cloudformation-makes-fifo-topics-standard"],
    run: async ({ clients: { sns }, output }) => {
      const fifo = async (name: string) => {
        const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: output(name) }));
        return Attributes?.FifoTopic ?? "false";
      };
      equal(await fifo("OrderedTopicArn"), "true");
      equal(await fifo("FannedTopicArn"), "false");
    },
  },
  {
    name: "deployed: policies of queues",
    run: async (trial) => {
      const { Policy = "{}" } = await readAttributes(trial.clients.sqs, trial.queueUrl("Everything"));
      const policy: { Statement?: readonly Record<string, unknown>[] } = JSON.parse(Policy);
      const allowed = policy.Statement?.find(({ Effect }) => Effect === "Allow");
      deepEqual(allowed?.Principal, { Service: "sns.amazonaws.com" });
      // One policy for all queues of a subscriber: in a queue's policy, "*" is that queue.
      equal(allowed?.Resource, "*");
      deepEqual(allowed?.Condition, { ArnEquals: { "aws:SourceArn": trial.output("FannedTopicArn") } });
    },
  },
  {
    name: "deployed: subscriptions",
    run: async (trial) => {
      const dear = await subscriptionOf(trial, "Dear", "FannedTopicArn");
      equal(dear.RawMessageDelivery, "true");
      deepEqual(JSON.parse(dear.FilterPolicy ?? "{}"), {
        type: ["trial.Noted"],
        region: ["eu"],
        total: [{ numeric: [">=", 100] }],
      });
      const sequence = await subscriptionOf(trial, "Sequence", "OrderedTopicArn");
      equal(sequence.RawMessageDelivery, "true");
      for (const { RedrivePolicy = "{}" } of [dear, sequence]) {
        const { deadLetterTargetArn }: { deadLetterTargetArn?: unknown } = JSON.parse(RedrivePolicy);
        equal(typeof deadLetterTargetArn, "string");
      }
    },
  },
];

async function subscriptionOf(trial: Trial, consumer: ConsumerName, topic: string) {
  const { sns, sqs } = trial.clients;
  const { QueueArn } = await readAttributes(sqs, trial.queueUrl(consumer));
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: trial.output(topic) }));
  const found = Subscriptions.find(({ Endpoint }) => Endpoint === QueueArn);
  if (found?.SubscriptionArn === undefined) {
    throw new Error(`${consumer} is not subscribed to ${topic}`);
  }
  const { Attributes = {} } = await sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: found.SubscriptionArn }),
  );
  return Attributes;
}
