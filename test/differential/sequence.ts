import fc from "fast-check";
import { s3Steps } from "./s3/arbitraries.ts";
import type { S3Operation } from "./s3/operation.ts";
import { snsSteps, subscriptionAttributes } from "./sns/arbitraries.ts";
import type { SnsOperation } from "./sns/operation.ts";
import { fifoAttributes, receiveSteps, STANDARD_ATTRIBUTES, sqsSteps } from "./sqs/arbitraries.ts";
import type { SqsOperation } from "./sqs/operation.ts";

/** One step of a sequence: one call, or the few that make its effect visible. */
export type Operation = SqsOperation | SnsOperation | S3Operation;

/** Steps in their order. The first ones make the resources of the scene. */
export interface Sequence {
  readonly scene: string;
  readonly setup: readonly Operation[];
  readonly steps: readonly Operation[];
}

/** Lets topics deliver, which AWS and Fanfare refuse otherwise. */
export const DELIVERY_POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}';

const ONE_GROUP = ["one.fifo", "one-dead.fifo"] as const;
const GROUPS = ["work.fifo", "dead.fifo"] as const;

const queue = (slot: string, attributes: Readonly<Record<string, string>>): Operation => ({
  kind: "sqs.createQueue",
  queue: slot,
  attributes,
});

/** Sequences of every scene. */
export const sequences: fc.Arbitrary<Sequence> = fc.oneof(
  scene(
    "standard queues",
    fc.constantFrom(...STANDARD_ATTRIBUTES).map((attributes) => [queue("dead", {}), queue("work", attributes)]),
    sqsSteps(["work", "dead"]),
  ),
  scene("FIFO queues with one group", fifoQueues(ONE_GROUP), sqsSteps(ONE_GROUP, ["g1"])),
  scene("FIFO queues with groups", fifoQueues(GROUPS), sqsSteps(GROUPS, ["g1", "g2", "g3"])),
  scene(
    "standard topic",
    topic({ topic: "topic", attributes: [{}, { DisplayName: "Orders" }], queues: ["q1", "q2"] }),
    fc.oneof(
      { weight: 3, arbitrary: snsSteps("topic", ["q1", "q2", "absent"]) },
      { weight: 1, arbitrary: receiveSteps(fc.constantFrom("q1", "q2")) },
    ),
  ),
  scene(
    "FIFO topic",
    topic({
      topic: "topic.fifo",
      attributes: [{ FifoTopic: "true" }, { FifoTopic: "true", ContentBasedDeduplication: "true" }],
      queues: ["q1.fifo", "q2"],
    }),
    fc.oneof(
      { weight: 3, arbitrary: snsSteps("topic.fifo", ["q1.fifo", "q2"], ["g1", "g2"]) },
      { weight: 1, arbitrary: receiveSteps(fc.constantFrom("q1.fifo", "q2")) },
    ),
  ),
  scene("bucket", fc.constant([{ kind: "s3.createBucket", bucket: "bucket" }]), s3Steps("bucket")),
);

function scene(
  name: string,
  setup: fc.Arbitrary<readonly Operation[]>,
  steps: fc.Arbitrary<Operation>,
): fc.Arbitrary<Sequence> {
  return fc.record({
    scene: fc.constant(name),
    setup,
    steps: fc.array(steps, { minLength: 1, maxLength: 40, size: "max" }),
  });
}

function fifoQueues([work, dead]: readonly [string, string]): fc.Arbitrary<readonly Operation[]> {
  return fc
    .constantFrom(...fifoAttributes(dead))
    .map((attributes) => [queue(dead, { FifoQueue: "true" }), queue(work, attributes)]);
}

function topic(options: {
  readonly topic: string;
  readonly attributes: readonly Record<string, string>[];
  readonly queues: readonly string[];
}): fc.Arbitrary<readonly Operation[]> {
  return fc
    .tuple(fc.constantFrom(...options.attributes), ...options.queues.map(() => subscriptionAttributes))
    .map(([attributes, ...subscriptions]): readonly Operation[] => [
      ...options.queues.map((slot) =>
        queue(slot, { Policy: DELIVERY_POLICY, ...(slot.endsWith(".fifo") ? { FifoQueue: "true" } : {}) }),
      ),
      { kind: "sns.createTopic", topic: options.topic, attributes },
      ...options.queues.map(
        (slot, index): Operation => ({
          kind: "sns.subscribe",
          topic: options.topic,
          queue: slot,
          attributes: subscriptions[index] ?? {},
        }),
      ),
    ]);
}
