/** `{"Records":[]}` */
const EVENT_OVERHEAD_BYTES = 14;

/** Bytes of a record in the event, with the comma before the next. */
export function recordBytes(record: object): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/**
 * Splits a batch, in order, into events of at most `maxBytes`. A record that is larger by itself gets an own event:
 * Lambda could not deliver it either, and the invocation reports that.
 */
export function splitBySize<Entry>(
  records: readonly Entry[],
  maxBytes: number,
  recordOf: (entry: Entry) => object,
): Entry[][] {
  const parts: Entry[][] = [];
  let part: Entry[] = [];
  let bytes = EVENT_OVERHEAD_BYTES;
  for (const record of records) {
    const size = recordBytes(recordOf(record));
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
