import type { Queue, RecordedSend } from "../queue/index.ts";

/**
 * The earlier send to a FIFO queue that makes this one a duplicate ("Exactly-once processing" of the Developer Guide). After
 * a change of scope, records for the whole queue continue to apply to every group.
 */
export function findEarlierSend(
  queue: Queue,
  groupId: string,
  deduplicationId: string,
  now: number,
): RecordedSend | undefined {
  const { recentSends } = queue;
  return recentSends.find(keyOf(queue, groupId, deduplicationId), now) ?? recentSends.find(deduplicationId, now);
}

/** Records a send for {@link findEarlierSend}. */
export function recordSend(queue: Queue, groupId: string, deduplicationId: string, send: RecordedSend): void {
  queue.recentSends.record(keyOf(queue, groupId, deduplicationId), send);
}

/** Neither id can contain a space (see `send-input.ts`), so the key is unambiguous. */
function keyOf(queue: Queue, groupId: string, deduplicationId: string): string {
  return queue.effective("DeduplicationScope") === "messageGroup" ? `${groupId} ${deduplicationId}` : deduplicationId;
}
