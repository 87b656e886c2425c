/**
 * The manifest that the constructs write into the metadata of a stack's template, under {@link MANIFEST_KEY}. It takes no resource.
 * Operators' tools read it from the cloud assembly, or from the deployed template.
 */
export const MANIFEST_KEY = "Fanfare";

/** What a stack promises. Values that are known only at deployment are left out. */
export interface FleetManifest {
  readonly version: 1;
  readonly subscribers: readonly ManifestSubscriber[];
}

/** One subscriber, or one work queue. */
export interface ManifestSubscriber {
  /** Construct path without the stack: `Orders/Billing`. */
  readonly name: string;
  readonly contract?: string;
  /** The first part of its idempotency keys. */
  readonly consumer?: string;
  readonly guarantee?: string;
  /** Names, not ARNs. */
  readonly queue: string;
  readonly deadLetterQueue?: string;
  readonly subscriptionDeadLetterQueue?: string;
  readonly topic?: string;
  /** The filter policy of scope MessageAttributes. Absent: every message. */
  readonly filterPolicy?: Readonly<Record<string, unknown>>;
  readonly retentionSeconds?: number;
  readonly deadLetterRetentionSeconds?: number;
  readonly maxReceiveCount?: number;
  /** Fields that are never shown, by type of event. */
  readonly sensitive?: Readonly<Record<string, readonly string[]>>;
  /** Whether a mapping is to poll the queue. */
  readonly polled: boolean;
}
