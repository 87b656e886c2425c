import { setTimeout as delay } from "node:timers/promises";
import type { SqsRecord } from "../../std/index.ts";
import type { MappingConfiguration } from "./configuration.ts";
import { MAX_EVENT_BYTES, MAX_WAIT_SECONDS, SQS_BATCH } from "./limits.ts";
import type { QueueClient } from "./queue-client.ts";
import { recordBytes } from "./split.ts";

/** Pause between short polls at the end of a window, where less than a second is left. */
const SHORT_POLL_MS = 50;

/**
 * While messages are in flight, polls are short and are not aborted: an aborted poll may still receive a message, for
 * instance one that the stop has just made visible again. So a stop may take this long.
 */
const WINDOW_POLL_SECONDS = 1;

/**
 * Gathers one batch as Lambda does: without a window what the first receive returns; with one, until the batch is full,
 * the window (counted from the first message) is over, or the event would pass 6 MB. What has been received is always
 * returned, even when `signal` ends the wait.
 */
export async function gather(
  queue: QueueClient,
  mapping: Pick<MappingConfiguration, "batchSize" | "windowSeconds">,
  accept: (records: readonly SqsRecord[]) => Promise<readonly SqsRecord[]>,
  signal: AbortSignal,
): Promise<SqsRecord[]> {
  const max = Math.min(SQS_BATCH, mapping.batchSize);
  const batch = [...(await accept(await queue.receive(max, MAX_WAIT_SECONDS, signal)))];
  if (batch.length === 0 || mapping.windowSeconds === 0) {
    return batch;
  }
  const windowEnd = Date.now() + mapping.windowSeconds * 1_000;
  let bytes = batch.reduce((sum, record) => sum + recordBytes(record), 0);
  while (batch.length < mapping.batchSize && bytes < MAX_EVENT_BYTES && !signal.aborted) {
    const left = windowEnd - Date.now();
    if (left <= 0) {
      break;
    }
    const waitSeconds = Math.min(WINDOW_POLL_SECONDS, Math.floor(left / 1_000));
    try {
      const wanted = Math.min(SQS_BATCH, mapping.batchSize - batch.length);
      const more = await accept(await queue.receive(wanted, waitSeconds));
      batch.push(...more);
      bytes += more.reduce((sum, record) => sum + recordBytes(record), 0);
      if (more.length === 0 && waitSeconds === 0) {
        await delay(Math.min(SHORT_POLL_MS, left));
      }
    } catch {
      // The messages in flight matter more than the error: the next receive fails as well and reports it.
      break;
    }
  }
  return batch;
}
