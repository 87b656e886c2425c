import type { SqsRecord } from "../../std/index.ts";

/** `{"Records":[]}` */
const EVENT_OVERHEAD_BYTES = 14;

/** Bytes of a record in the event, with the comma before the next. */
export function recordBytes(record: SqsRecord): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/**
 * Splits a batch, in order, into events of at most `maxBytes`. A record that is larger by itself gets an own event:
 * Lambda could not deliver it either, and the invocation reports that.
 */
export function splitBySize(records: readonly SqsRecord[], maxBytes: number): SqsRecord[][] {
  const parts: SqsRecord[][] = [];
  let part: SqsRecord[] = [];
  let bytes = EVENT_OVERHEAD_BYTES;
  for (const record of records) {
    const size = recordBytes(record);
    if (part.length > 0 && bytes + size > maxBytes) {
      parts.push(part);
      part = [];
      bytes = EVENT_OVERHEAD_BYTES;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) {
    parts.push(part);
  }
  return parts;
}
