import type { FleetSnapshot, FleetSubscriber } from "../fleet/index.ts";
import type { Finding } from "./types.ts";

/** Messages in flight per queue, approximately. Source: Amazon SQS Developer Guide, "Amazon SQS message quotas". */
const IN_FLIGHT_QUOTA = 120_000;

/** Share of a quota from which on it is told. */
const NEAR = 0.8;

/** The oldest major version of Node.js whose Lambda runtime is not deprecated. Source: AWS Lambda Developer Guide, "Lambda runtimes". */
const OLDEST_NODE = 22;

/** Quotas that are near: a queue at its limit hands out no more messages, and a FIFO queue says nothing. */
export function checkQuotas({ subscribers }: FleetSnapshot): readonly Finding[] {
  return subscribers
    .filter(({ queue }) => queue.inFlight >= NEAR * IN_FLIGHT_QUOTA)
    .map(({ name, queue }) => ({
      severity: "warning",
      subscriber: name,
      message: `${queue.inFlight} messages are in flight, and SQS allows about ${IN_FLIGHT_QUOTA} per queue`,
      fix: "see why handlers do not end: lower maxConcurrency or batchSize, or shorten the visibility timeout",
    }));
}

/** Functions on a runtime that Lambda has deprecated. */
export function checkRuntimes({ name, mappings }: FleetSubscriber): readonly Finding[] {
  return mappings
    .filter(({ runtime }) => Number(/^nodejs(\d+)\.x$/.exec(runtime ?? "")?.[1] ?? OLDEST_NODE) < OLDEST_NODE)
    .map(({ functionName, runtime }) => ({
      severity: "warning",
      subscriber: name,
      message: `${functionName} runs on ${runtime}, which Lambda has deprecated`,
      fix: `deploy it with nodejs${OLDEST_NODE}.x or later`,
    }));
}

/** Keys with which SNS cannot send: a subscribed queue needs a customer managed key, whose policy can let SNS use it. */
export function checkKeys({
  name,
  subscriptions,
  queue,
  subscriptionDeadLetterQueues,
}: FleetSubscriber): readonly Finding[] {
  const queues = subscriptions.length === 0 ? [] : [queue, ...subscriptionDeadLetterQueues];
  return queues
    .filter(({ kmsKeyId = "" }) => /(?:^|:)alias\/aws\//.test(kmsKeyId))
    .map((each) => ({
      severity: "error",
      subscriber: name,
      message: `${each.name} is encrypted with ${each.kmsKeyId}, whose policy cannot let SNS send`,
      fix: "use a customer managed key that lets sns.amazonaws.com call kms:Decrypt and kms:GenerateDataKey, or SSE-SQS",
    }));
}
