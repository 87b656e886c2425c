/** `{"Records":[]}` */
const EVENT_OVERHEAD_BYTES = 14;

/** Bytes of a record in the event, with the comma before the next. */
export function recordBytes(record: object): number {
  return bytesOf(JSON.stringify(record));
}

/** What Lambda passes to a function, as JSON. */
export interface LambdaEvent<Entry> {
  readonly entries: readonly Entry[];
  readonly json: string;
}

/**
 * Splits a batch, in order, into events of at most `maxBytes`. A record that is larger by itself gets an own event:
 * Lambda could not deliver it either, and the invocation reports that.
 */
export function splitBySize<Entry>(
  records: readonly Entry[],
  maxBytes: number,
  recordOf: (entry: Entry) => object,
): LambdaEvent<Entry>[] {
  const parts: LambdaEvent<Entry>[] = [];
  let part: Entry[] = [];
  let texts: string[] = [];
  let bytes = EVENT_OVERHEAD_BYTES;
  const end = () => {
    if (part.length > 0) {
      parts.push({ entries: part, json: `{"Records":[${texts.join(",")}]}` });
    }
    part = [];
    texts = [];
    bytes = EVENT_OVERHEAD_BYTES;
  };
  for (const record of records) {
    const text = JSON.stringify(recordOf(record));
    const size = bytesOf(text);
    if (bytes + size > maxBytes) {
      end();
    }
    part.push(record);
    texts.push(text);
    bytes += size;
  }
  end();
  return parts;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text) + 1;
}
