import type { ManifestSubscriber } from "../../names/index.ts";
import type { JsonObject } from "../../std/index.ts";

/** A queue as SQS describes it. */
export interface FleetQueue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly retentionSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  /** Where SQS moves messages after too many receives. */
  readonly redrive: { readonly deadLetterQueueArn: string; readonly maxReceiveCount: number } | undefined;
  /** The resource policy as JSON. */
  readonly policy: JsonObject | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
}

/** The subscription of a queue to a topic. */
export interface FleetSubscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly raw: boolean;
  readonly filterPolicy: JsonObject | undefined;
  readonly filterScope: "MessageAttributes" | "MessageBody";
  readonly deadLetterQueueArn: string | undefined;
}

/** An event source mapping that polls a queue. */
export interface FleetMapping {
  readonly id: string;
  readonly functionName: string;
  readonly queueArn: string;
  /** Lambda's word: `Enabled`, `Disabled`, `Enabling`, `Updating` and so on. */
  readonly state: string;
  readonly enabled: boolean;
  readonly partialBatchResponses: boolean;
  /** Invocations at once, at most; `undefined` where the mapping sets no limit. */
  readonly maximumConcurrency: number | undefined;
  /** What the function's variables say; empty where they cannot be read. */
  readonly consumer: string | undefined;
  readonly guarantee: string | undefined;
  readonly table: string | undefined;
  readonly runtime: string | undefined;
  /** `bucket/prefix` of the payloads that the function may read. */
  readonly payloadSources: readonly string[];
  readonly timeoutSeconds: number | undefined;
  /** Where the function logs: its own setting, else Lambda's name for it. */
  readonly logGroup: string;
}

/** A queue with its consumer and its dead-letter queues: a subscriber, or a work queue. */
export interface FleetSubscriber {
  /** `Orders/Billing` from a manifest, else the consumer's name, else the queue's. */
  readonly name: string;
  /** Every name that stands for it: path, its last part, consumer, names, URLs and ARNs of its queues. */
  readonly aliases: readonly string[];
  readonly contract: string | undefined;
  readonly consumer: string | undefined;
  readonly guarantee: string | undefined;
  readonly queue: FleetQueue;
  readonly deadLetterQueue: FleetQueue | undefined;
  readonly subscriptions: readonly FleetSubscription[];
  /** Messages that SNS could not deliver. */
  readonly subscriptionDeadLetterQueues: readonly FleetQueue[];
  readonly mappings: readonly FleetMapping[];
  /** Name of the idempotency table. */
  readonly table: string | undefined;
  /** What the stack promised, where there is a manifest. */
  readonly promised: ManifestSubscriber | undefined;
}

/** Where the knowledge of what belongs together comes from. */
export type FleetSource = "manifest" | "attributes";

/** What belongs together at one place. */
export interface Fleet {
  readonly source: FleetSource;
  readonly subscribers: readonly FleetSubscriber[];
  /** All queues, dead-letter queues included. */
  readonly queues: readonly FleetQueue[];
  readonly topics: readonly { readonly arn: string; readonly name: string; readonly fifo: boolean }[];
  readonly tables: readonly string[];
  /** Subscribers of the manifest whose queue does not exist. */
  readonly missing: readonly ManifestSubscriber[];
  /** What could not be read, and what is therefore unknown. */
  readonly notes: readonly string[];
}

/** Messages of a queue, approximately, as SQS counts them. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** One subscriber at one time. */
export interface SubscriberStatus {
  readonly name: string;
  readonly queue: QueueCounts;
  readonly deadLetters: QueueCounts | undefined;
  readonly undelivered: QueueCounts | undefined;
  /** Age of the oldest message in seconds. From CloudWatch; `undefined` where there is none. */
  readonly oldestSeconds: number | undefined;
  /** Age of the oldest dead letter in seconds. From CloudWatch. */
  readonly oldestDeadLetterSeconds: number | undefined;
  /** Messages per second by which the backlog shrinks (or grows, below 0) since the previous snapshot. */
  readonly drainRate: number | undefined;
  /** Seconds until the queue is empty at that rate; `undefined` without a previous snapshot, or if it does not shrink. */
  readonly drainSeconds: number | undefined;
  /** What deserves a look, a sentence each. */
  readonly warnings: readonly string[];
}

/** All subscribers at one time. */
export interface FleetSnapshot {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly subscribers: readonly SubscriberStatus[];
}
