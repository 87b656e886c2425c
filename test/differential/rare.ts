import type { Operation, Sequence } from "./sequence.ts";
import { DELIVERY_POLICY } from "./sequence.ts";
import type { Draft } from "./sqs/operation.ts";

const FIFO = { FifoQueue: "true" };
const GROUPS = { ...FIFO, DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };

const create = (queue: string, attributes: Readonly<Record<string, string>> = {}): Operation => ({
  kind: "sqs.createQueue",
  queue,
  attributes,
});
const redriveTo = (dead: string) => ({
  RedrivePolicy: `{"deadLetterTargetArn":"@${dead}@","maxReceiveCount":1}`,
});
const send = (queue: string, draft: Draft): Operation => ({ kind: "sqs.send", queue, draft });
const receive = (queue: string, visibility: number): Operation => ({
  kind: "sqs.receive",
  queue,
  maximum: 10,
  visibility,
  names: ["All"],
});
const deleteQueue = (queue: string): Operation => ({ kind: "sqs.deleteQueue", queue });
const topic = (slot: string, queue: string, attributes: Readonly<Record<string, string>>): readonly Operation[] => [
  create(queue, { Policy: DELIVERY_POLICY, ...(queue.endsWith(".fifo") ? FIFO : {}) }),
  {
    kind: "sns.createTopic",
    topic: slot,
    attributes: slot.endsWith(".fifo") ? { FifoTopic: "true", ContentBasedDeduplication: "true" } : {},
  },
  { kind: "sns.subscribe", topic: slot, queue, attributes },
];

const written = (scene: string, ...steps: readonly Operation[]): Sequence => ({ scene, setup: [], steps });

/** What chance seldom comes upon: one sequence for each judgement that a run of some thousand operations can miss. */
export const RARE_SEQUENCES: readonly Sequence[] = [
  written(
    "a duplicate in the dead-letter queue",
    create("dead.fifo", FIFO),
    create("work.fifo", { ...FIFO, ...redriveTo("dead.fifo") }),
    send("dead.fifo", { body: "first", group: "g1", deduplication: "d1" }),
    send("work.fifo", { body: "second", group: "g1", deduplication: "d1" }),
    receive("work.fifo", 0),
    receive("work.fifo", 0),
    receive("dead.fifo", 0),
  ),
  written(
    "a dead-letter queue that is gone",
    create("dead"),
    create("work", redriveTo("dead")),
    send("work", { body: "one" }),
    receive("work", 0),
    deleteQueue("dead"),
    receive("work", 0),
  ),
  written(
    "a dead-letter queue with a delay",
    create("dead", { DelaySeconds: "900" }),
    create("work", redriveTo("dead")),
    send("work", { body: "one" }),
    receive("work", 0),
    receive("work", 0),
  ),
  written("a scope that contradicts the throughput limit", create("work.fifo", GROUPS), {
    kind: "sqs.setAttributes",
    queue: "work.fifo",
    attributes: { DeduplicationScope: "queue" },
  }),
  written(
    "handles of a former queue",
    create("work"),
    send("work", { body: "one" }),
    receive("work", 600),
    deleteQueue("work"),
    create("work"),
    { kind: "sqs.visibility", queue: "work", pick: 0, timeout: 0 },
    { kind: "sqs.deleteBatch", queue: "work", picks: [0] },
  ),
  written("a FIFO queue made again without its type", create("new.fifo", FIFO), create("new.fifo")),
  written(
    "an old receipt handle",
    create("work"),
    send("work", { body: "one" }),
    receive("work", 0),
    receive("work", 600),
    { kind: "sqs.delete", queue: "work", pick: 1 },
  ),
  written(
    "a group with two messages in flight, of which one is made visible",
    create("one.fifo", FIFO),
    send("one.fifo", { body: "one", group: "g1", deduplication: "d1" }),
    send("one.fifo", { body: "two", group: "g1", deduplication: "d2" }),
    receive("one.fifo", 600),
    { kind: "sqs.visibility", queue: "one.fifo", pick: 0, timeout: 0 },
    receive("one.fifo", 600),
  ),
  written(
    "content-based deduplication of a structure",
    ...topic("topic.fifo", "q1.fifo", { RawMessageDelivery: "true" }),
    {
      kind: "sns.publish",
      topic: "topic.fifo",
      publication: { message: '{"default":"one","sqs":"two"}', structure: "json", group: "g1" },
    },
    receive("q1.fifo", 0),
  ),
  written(
    "a filter policy that is removed",
    ...topic("topic", "q1", { FilterPolicy: '{"region":["eu"]}' }),
    { kind: "sns.setSubscriptionAttributes", subscription: 0, name: "FilterPolicy", value: "{}" },
    { kind: "sns.getSubscriptionAttributes", subscription: 0 },
  ),
  written(
    "a topic made again with another name to display",
    { kind: "sns.createTopic", topic: "topic", attributes: {} },
    { kind: "sns.createTopic", topic: "topic", attributes: { DisplayName: "Orders" } },
  ),
];
