import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Faulty } from "../faults.ts";

/** What a message to send consists of. */
export interface Draft extends Faulty {
  readonly body: string;
  readonly attributes?: Record<string, MessageAttributeValue>;
  readonly delay?: number;
  readonly group?: string | undefined;
  readonly deduplication?: string;
}

/** A receipt handle: 0 is the latest one that the queue gave out, a negative number is garbage. */
type Pick = number;

/** One step of a sequence on queues. `queue` is a slot: the name without the sequence's prefix. */
export type SqsOperation =
  | { kind: "sqs.createQueue"; queue: string; attributes: Readonly<Record<string, string>> }
  | { kind: "sqs.deleteQueue"; queue: string }
  | { kind: "sqs.getQueueUrl"; queue: string }
  | { kind: "sqs.listQueues"; slotPrefix: string }
  | { kind: "sqs.getAttributes"; queue: string; names: readonly string[] }
  | { kind: "sqs.setAttributes"; queue: string; attributes: Readonly<Record<string, string>> }
  | { kind: "sqs.send"; queue: string; draft: Draft }
  | { kind: "sqs.sendBatch"; queue: string; drafts: readonly Draft[]; ids: "distinct" | "same" | "invalid" }
  | { kind: "sqs.receive"; queue: string; maximum: number; visibility: number; names: readonly string[] }
  | { kind: "sqs.delete"; queue: string; pick: Pick }
  | { kind: "sqs.deleteBatch"; queue: string; picks: readonly Pick[] }
  | { kind: "sqs.visibility"; queue: string; pick: Pick; timeout: number }
  | { kind: "sqs.visibilityBatch"; queue: string; picks: readonly Pick[]; timeout: number }
  | { kind: "sqs.purge"; queue: string }
  | { kind: "sqs.tag"; queue: string; tags: Readonly<Record<string, string>> }
  | { kind: "sqs.untag"; queue: string; keys: readonly string[] }
  | { kind: "sqs.listTags"; queue: string }
  | { kind: "sqs.listSources"; queue: string }
  | { kind: "sqs.addPermission"; queue: string; label: string }
  | { kind: "sqs.removePermission"; queue: string; label: string };
